from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.safeport.safeport.plugins.plugin_utils.program import ProgramAction


class ActionModule(ProgramAction):
    MODULE = "report"
