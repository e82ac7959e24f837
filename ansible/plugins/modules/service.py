#!/usr/bin/python
# What runs is a program in __bin/, which the action plugin of the same name picks. This file is its documentation.

DOCUMENTATION = r"""
module: service
short_description: Install, upgrade, roll back or remove a service that runs in containers
description:
  - Checks the ports, gets the image, starts the service and waits until it answers as itself. The old release is kept until
    the new one has proved itself, and is put back when it does not.
  - What is as it should be is left alone, so that a second run changes nothing.
  - A change that fails is undone, and the task fails with C(rc=4). With C(rc=5) it could not be undone, and C(now) says what stands.
  - A change that was broken off, because the host or the controller went away, is finished or undone by the next run.
version_added: 0.1.0
author: [safeport's authors]
attributes:
  check_mode:
    support: full
    description: The steps are planned and listed, and none is done.
  diff_mode:
    support: full
options:
  service:
    description: A built-in service, such as C(gpustack) or C(gpustack-worker), or a Compose file on the host.
    type: str
    required: true
  state:
    description:
      - C(present) installs the service where it is not, and fails where it is there with other settings.
      - C(upgraded) gives it the version and settings that are named, and installs it where it is not.
      - C(rolled_back) goes back to the release before, if one is kept.
      - C(absent) removes its containers, and keeps its data.
    type: str
    choices: [present, upgraded, rolled_back, absent]
    default: present
  instance:
    description: Name of the installation. Without it that of the service.
    type: str
  version:
    description: Version to run, which is a tag of the image.
    type: str
  image:
    description: Image to run instead, of a mirror or on the host.
    type: str
  settings:
    description:
      - Settings of the service by name. What an upgrade does not mention stays.
      - Values of settings that are called as secrets are (C(token), C(password) and the like) are hidden in what is returned.
    type: dict
  env:
    description: Variables for the container. Their values are hidden in what is returned.
    type: dict
  config_file:
    description: The service's own configuration file on the host. It is mounted into the container.
    type: path
  archive:
    description: An archive of images on the host, as C(docker save) writes it, which is loaded first.
    type: path
  pull:
    description: When to ask the registry for the image.
    type: str
    choices: [always, missing, never]
    default: missing
  wait:
    description: How long to wait until it answers, as C(90s) or C(10m). Without it as long as the service says.
    type: str
  purge:
    description: With C(state=absent), remove the data too, which is the volumes that safeport made.
    type: bool
    default: false
  restore:
    description: With C(state=rolled_back), put the data back too that was copied before the upgrade.
    type: bool
    default: false
  engine:
    description: The container engine's endpoint. Without it the engine is found as docker finds it.
    type: str
  state_dir:
    description: Where the journals are kept.
    type: path
    default: /var/lib/safeport
  ignore:
    description: Codes of errors that count as warnings, as C(port-in-use:80).
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
- name: GPUStack's server
  safeport.safeport.service:
    service: gpustack
    version: v2.3.0
    settings: {port: 8080}
  become: true

- name: A worker, from an archive of its image
  safeport.safeport.service:
    service: gpustack-worker
    archive: /var/tmp/gpustack.tar
    pull: never
    settings:
      server-url: http://192.0.2.1:8080
      token: "{{ gpustack_token }}"
  become: true

- name: Upgrade it, and wait no longer than five minutes
  safeport.safeport.service:
    service: gpustack-worker
    state: upgraded
    version: v2.3.0
    wait: 5m
  become: true
"""

RETURN = r"""
msg:
  description: What the change came to, or why it did not come about.
  type: str
  returned: always
rc:
  description: What the same command would exit with. 0 done, 1 blocked, 2 wrong usage, 3 could not tell, 4 failed and undone, 5 failed and not undone.
  type: int
  returned: always
outcome:
  description: The release that serves, its version, image, address and containers, as the commands print with C(-o json). In check mode the steps.
  type: dict
  returned: success
report:
  description: The report on the ports, when they are in the way.
  type: dict
  returned: when it is blocked
progress:
  description: What was done, one line a step.
  type: list
  elements: str
  returned: when something was done
log:
  description: The last lines that a release wrote which did not prove itself.
  type: list
  elements: str
  returned: when it failed and there are any
now:
  description: What stands after a change that failed.
  type: str
  returned: when it failed
hint:
  description: What to try instead.
  type: str
  returned: when it failed and something is known
warnings:
  description: What to know about the ports.
  type: list
  elements: str
  returned: when there are any
ansible_facts:
  description: Facts about the instance as it is now, for later tasks.
  type: complex
  returned: success
  contains:
    safeport:
      description: Instance, version, image, whether it is healthy, address and release.
      type: dict
"""
