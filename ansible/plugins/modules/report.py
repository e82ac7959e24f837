#!/usr/bin/python
# What runs is a program in __bin/, which the action plugin of the same name picks. This file is its documentation.

DOCUMENTATION = r"""
module: report
short_description: One answer from the reports of many hosts
description:
  - Merges reports of M(safeport.safeport.check) that lie in a folder, on the host that it runs on, which is mostly the controller.
  - Says how many hosts are ready and what keeps the others from it, each cause once with the hosts that have it, and
    writes that as one page to look at.
version_added: 0.1.0
author: [safeport's authors]
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  src:
    description: The folder, of which files that end in C(.json), C(.jsonl) or C(.ndjson) are read, or one file.
    type: path
    required: true
  dest:
    description: Where to write the result. Without it none is written, and the answer is returned only.
    type: path
  format:
    description: What to write.
    type: str
    choices: [html, text, json, csv]
    default: html
  expect:
    description: Names of hosts. Those without a report count as hosts that could not tell.
    type: list
    elements: str
  strict:
    description: Warnings block too.
    type: bool
    default: false
seealso:
  - module: safeport.safeport.check
"""

EXAMPLES = r"""
- name: One page from all reports
  safeport.safeport.report:
    src: reports
    dest: fleet.html
    expect: "{{ ansible_play_hosts_all }}"
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
msg:
  description: The answer in one line.
  type: str
  returned: always
  sample: "37 of 40 hosts ready; 3 blocked: 80/tcp in use by nginx on gpu-07, gpu-12 and gpu-31"
verdict:
  description: The worst of all hosts, which is C(clear), C(warned), C(unknown) or C(blocked).
  type: str
  returned: always
fleet:
  description: Numbers of hosts, the causes with their hosts, ports that all hosts have, and what could not be read.
  type: dict
  returned: always
lines:
  description: The answer as text, with the causes, their hosts, and ports that are free on all of them, one line each.
  type: list
  elements: str
  returned: always
dest:
  description: Where it was written.
  type: path
  returned: when C(dest) is given
"""
