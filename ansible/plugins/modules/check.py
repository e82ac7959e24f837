#!/usr/bin/python
# What runs is a program in __bin/, which the action plugin of the same name picks. This file is its documentation.

DOCUMENTATION = r"""
module: check
short_description: Will a service, or a program, get its ports on this host?
description:
  - Asks the kernel whether ports can be had, by opening the sockets that the service's own binder would open, and says
    who is in the way and what can be done about it.
  - It changes nothing, in check mode or out of it.
  - It fails when the answer is C(blocked) or C(unknown). With C(failed_when=false) a play goes on and has the report.
version_added: 0.1.0
author: [safeport's authors]
attributes:
  check_mode:
    support: full
    description: Nothing is ever changed.
  diff_mode:
    support: none
    description: There is nothing to compare.
options:
  service:
    description: Built-in services, judged together, such as C(gpustack) and C(gpustack-worker), or a Compose file on the host.
    type: list
    elements: str
  files:
    description: Compose files on the host, of one project, the later ones over the earlier.
    type: list
    elements: path
  profiles:
    description: Profiles of the Compose files that are on.
    type: list
    elements: str
  ports:
    description: Ports that a program binds itself, as C(443/tcp), C(53/udp), C(127.0.0.1:9000) or C(40000-40063).
    type: list
    elements: str
  publish:
    description: Ports that the container engine binds, as C(docker run -p) takes them.
    type: list
    elements: str
  instance:
    description: Which installation of the service is meant.
    type: str
  settings:
    description: Settings of the service by name, as C(port=8080). See C(safeport check SERVICE --help).
    type: dict
  config_file:
    description: The service's own configuration file on the host.
    type: path
  engine:
    description: The container engine's endpoint, or C(none). Without it the engine is found as docker finds it.
    type: str
  ignore:
    description: Codes of errors that count as warnings, as C(port-in-use:80).
    type: list
    elements: str
  strict:
    description: Warnings block too.
    type: bool
    default: false
  questions:
    description:
      - Several questions, each with parameters of this module, which the host is asked in one run. The task's other
        parameters hold for each of them that does not have its own.
      - The answer is as bad as the worst of them, and C(reports) has one report for each.
    type: list
    elements: dict
  spares:
    description: How many other places to try for each port, so that M(safeport.safeport.report) can find one that all hosts have.
    type: int
    default: 16
  warn:
    description:
      - Whether Ansible prints what is to be known although the ports can be had. The report has it in any case.
      - A playbook for many hosts merges the reports instead, which tells each warning once.
    type: bool
    default: true
seealso:
  - module: safeport.safeport.service
  - module: safeport.safeport.report
"""

EXAMPLES = r"""
- name: Will GPUStack get its port?
  safeport.safeport.check:
    service: gpustack
    settings: {port: 8080}
  become: true

- name: Two installations with settings of their own, asked about in one run
  safeport.safeport.check:
    questions:
      - {service: gpustack, settings: {port: 8080}}
      - {service: gpustack, instance: gpustack-b, settings: {port: 8081}}
      - {ports: [9100]}

- name: Are these ports free for a program?
  safeport.safeport.check:
    ports: [8080, 53/udp]
"""

RETURN = r"""
msg:
  description: The answer in one line.
  type: str
  returned: always
  sample: "gpustack: port 80 is already in use"
verdict:
  description: C(clear), C(warned), C(blocked) or C(unknown).
  type: str
  returned: when the host was asked
rc:
  description: What C(safeport check) would exit with. 0 clear, 1 blocked, 2 wrong usage, 3 could not tell.
  type: int
  returned: always
report:
  description: The whole report, as C(safeport check -o json) prints it. Its JSON Schema is in the project's C(docs/schema).
  type: dict
  returned: when the host was asked one question
reports:
  description: The reports, in the order of the questions.
  type: list
  elements: dict
  returned: when C(questions) is given
warnings:
  description: What to know although the ports can be had.
  type: list
  elements: str
  returned: when there are any
ansible_facts:
  description: Facts about the ports, for later tasks.
  type: complex
  returned: when the host was asked
  contains:
    safeport:
      description:
        - Verdict, service, instance and situation, and by port its number, verdict and a free port instead.
        - With C(questions) the worst verdict, and all of that for each question in C(answers).
      type: dict
"""
