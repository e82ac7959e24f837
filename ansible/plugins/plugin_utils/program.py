"""Run a program of safeport's on the host, and bring it there where it is not."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import gzip
import io
import json
import os
import re
import shlex

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.unsafe_proxy import wrap_var

BIN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "modules", "__bin")


class ProgramAction(ActionBase):
    """What the collection's modules have in common: they are one program, which is told which of them it is.

    The host runs the program that it has kept from an earlier task, and otherwise answers what it lacks: that is sent
    then, compressed, and only then. With pipelining a task that needs nothing sent is one command, without a file.
    """

    MODULE = None
    PROGRAM = "safeport_check"

    def run(self, tmp=None, task_vars=None):
        task_vars = task_vars or {}
        self._supports_async = True
        result = super(ProgramAction, self).run(tmp, task_vars)
        self.pipelined = self._is_pipelining_enabled("new", bool(self._task.async_val))
        self.cache = boolean(self._templar.template(task_vars.get("safeport_cache", True)), strict=False)
        args = dict(self._task.args)
        args["_safeport"] = {"module": self.MODULE, "host": task_vars.get("inventory_hostname", "")}
        args["_ansible_check_mode"] = bool(self._task.check_mode)
        args["_ansible_diff"] = bool(self._task.diff)
        if self._task.async_val:
            result.update(self.in_background(args, task_vars))
        else:
            result.update(self.answer(self.PROGRAM, args))
        return result

    def answer(self, program, args):
        """The program's answer, or that of the one that it names instead of itself."""
        reply = self.ask(program, args)
        missing = reply.pop("_safeport_missing", None)
        if missing is not None:
            place = self.bring(program, missing)
            reply = self.ask(program, args, place=place)
            if "_safeport_missing" in reply:
                raise AnsibleActionFail("%s was brought to this host, and is not there" % program)
        other = reply.pop("_safeport_needs", None)
        if other is not None and other != program:
            return self.answer(other, args)
        return reply

    def in_background(self, args, task_vars):
        """A task with async is Ansible's own to start, as its wrapper waits for it."""
        program = "safeport" if self.MODULE == "service" or self.reads_compose(args) else self.PROGRAM
        missing = self.parsed(self.command(program, todo="have")).get("_safeport_missing")
        if missing is not None and self.bring(program, missing):
            raise AnsibleActionFail("async takes a folder on the host that programs may be kept in and run from")
        return self._execute_module(
            module_name="safeport.safeport.__bin." + program, module_args=args, task_vars=task_vars, wrap_async=self._task.async_val)

    @staticmethod
    def reads_compose(args):
        return bool(args.get("files")) or "/" in str(args.get("service")) or "." in str(args.get("service")) or "questions" in args

    def ask(self, program, args, place=""):
        """Hand the task's parameters to the program: by standard input, or in a file where there is no pipelining."""
        task = json.dumps(args)
        if self.pipelined:
            return self.parsed(self.command(program, in_data=task.encode("utf-8"), place=place))
        path = self.file("args", task)
        return self.parsed(self.command(program, path, place=place))

    def bring(self, program, missing):
        """Send the program as the host can unpack it. Returns the folder that it is in, if not the one to keep it in."""
        build = os.path.join(BIN, "%s_linux_%s.xz" % (program, missing.get("arch")))
        if not missing.get("arch") or not os.path.exists(build):
            raise AnsibleActionFail("there is no safeport for a %s machine in this collection" % (missing.get("machine") or "unknown"))
        packing, data = packed(build, str(missing.get("tools")).split())
        reply = {}
        for cache in (self.cache, False):  # a folder may be full, whatever it says of itself
            if self.pipelined:
                answer = self.command(program, todo="keep", packing=packing, in_data=data, cache=cache)
            else:
                answer = self.command(program, todo="keep", packing=packing, stdin=self.file("program", data), cache=cache)
            reply = self.parsed(answer)
            if not reply.get("failed"):
                return re.sub("[^A-Za-z0-9/._ -]", "", str(reply.get("place", "")))
        raise AnsibleActionFail(reply.get("msg"))

    def file(self, name, content):
        """A file in Ansible's own folder for this task, which it removes afterwards."""
        shell = self._connection._shell
        if shell.tmpdir is None:
            self._make_tmp_path()
        path = self._transfer_data(shell.join_path(shell.tmpdir, name), content)
        self._fixup_perms2([shell.tmpdir, path], execute=False)
        return path

    def command(self, program, path="", todo="", packing="", place="", cache=None, stdin="", in_data=None):
        """Run the script of that program as one word, with what it is to know before it."""
        cache = self.cache if cache is None else cache
        known = 'todo=%s packing=%s place="%s" cache=%s; ' % (todo, packing, place, "" if cache else "no")
        words = [self._compute_environment_string(), "/bin/sh", "-c", shlex.quote(known + script(program)), "safeport"]
        if path:
            words.append(shlex.quote(path))
        if stdin:
            words += ["<", shlex.quote(stdin)]
        return self._low_level_execute_command(" ".join(w for w in words if w), in_data=in_data)

    def parsed(self, answer):
        """The one object that is printed. Names that mean something to Ansible itself are not the host's to say."""
        for line in reversed(to_text(answer.get("stdout")).splitlines()):
            try:
                reply = json.loads(line)
            except ValueError:
                continue
            if isinstance(reply, dict):
                return wrap_var(dict((k, v) for k, v in reply.items() if not k.startswith("_ansible_")))
        return {
            "failed": True, "msg": "safeport has not answered on this host", "rc": answer.get("rc"),
            "module_stdout": to_text(answer.get("stdout")), "module_stderr": to_text(answer.get("stderr")),
        }


def script(program):
    """The script that runs a program, as a single line."""
    with open(os.path.join(BIN, program)) as f:
        lines = [line.strip() for line in f]
    return " ".join(line for line in lines if line and not line.startswith("#"))


def packed(build, tools):
    """The program as a host with these tools can unpack it, and how."""
    with open(build, "rb") as f:
        data = f.read()
    if "xz" in tools:
        return "xz", data
    import lzma
    data = lzma.decompress(data)
    if "gzip" not in tools:
        return "none", data
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as f:
        f.write(data)
    return "gzip", out.getvalue()
