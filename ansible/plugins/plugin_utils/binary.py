"""Run the one safeport program as a module, in the build for the host's processor."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible.plugins.action import ActionBase

# Ansible lists no plugins of folders that begin with two underscores: nobody is to call these builds by their names.
BUILDS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class BinaryAction(ActionBase):
    """What the collection's modules have in common: they are one program, which is told which of them it is."""

    MODULE = None

    def run(self, tmp=None, task_vars=None):
        task_vars = task_vars or {}
        result = super(BinaryAction, self).run(tmp, task_vars)
        machine = self.machine(task_vars)
        build = BUILDS.get(machine)
        if build is None:
            result.update(failed=True, msg="there is no safeport for a %s machine: it runs on %s" % (
                machine or "unknown", ", ".join(sorted(set(BUILDS.values())))))
            return result
        args = dict(self._task.args)
        args["_safeport"] = {"module": self.MODULE, "host": task_vars.get("inventory_hostname", "")}
        result.update(self._execute_module(
            module_name="safeport.safeport.__bin.linux_" + build, module_args=args, task_vars=task_vars,
            wrap_async=self._task.async_val))
        return result

    def machine(self, task_vars):
        """The processor by the facts, or by uname where none were gathered."""
        facts = task_vars.get("ansible_facts", {})
        if facts.get("architecture"):
            return facts["architecture"]
        answer = self._low_level_execute_command("uname -m", sudoable=False)
        lines = answer.get("stdout_lines") or [""]
        return lines[-1].strip()
