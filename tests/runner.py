"""A runner of composite actions for tests: what GitHub does with the steps of an action.yml.

It knows as much of the expressions as the action uses, and refuses the rest.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from copydesk.testing import own_environment


@dataclass
class Outcome:
    """What the steps did: the exit code, the log, the outputs, and the actions that were used."""

    code: int = 0
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)


class Runner:
    """Runs the steps of an action in a repository for one event."""

    def __init__(self, action: Path, workspace: Path, temp: Path, **environment: str) -> None:
        self.action = action
        self.temp = temp
        for name in ("env", "output", "summary"):
            (temp / name).touch()
        self.environment = own_environment(
            RUNNER_TEMP=str(temp), GITHUB_WORKSPACE=str(workspace), GITHUB_ACTIONS="true",
            GITHUB_ENV=str(temp / "env"), GITHUB_STEP_SUMMARY=str(temp / "summary"),
            GITHUB_ACTION_PATH=str(action), **environment,
        )  # fmt: skip
        self.workspace = workspace
        self._install()

    def _install(self) -> None:
        """Make an environment that holds this copydesk, so that no test installs anything."""
        python = self.temp / "copydesk-environment" / "bin" / "python"
        python.parent.mkdir(parents=True)
        paths = self.environment.pop("PYTHONPATH")
        inside = f"import sys; sys.path[:0] = {paths.split(os.pathsep)!r}"
        run = "import runpy; sys.argv = ['copydesk.ci', *sys.argv[1:]]"
        python.write_text(
            '#!/bin/sh\n[ "$1 $2 $3" = "-I -m copydesk.ci" ] || exit 99\nshift 3\n'
            f'exec {sys.executable} -I -c "{inside}; {run}; '
            "runpy.run_module('copydesk.ci', run_name='__main__')\" \"$@\"\n"
        )
        python.chmod(python.stat().st_mode | stat.S_IXUSR)

    def run(self, event: Mapping[str, Any], **inputs: str) -> Outcome:
        """Run every step, as long as none fails."""
        document = yaml.safe_load((self.action / "action.yml").read_text("utf-8"))
        given = {n: str(i.get("default", "")) for n, i in document["inputs"].items()} | inputs
        known: dict[str, Any] = {"inputs": given, "github": {"event": event}, "steps": {}}
        done = Outcome()
        for step in document["runs"]["steps"]:
            if not condition(step.get("if", "true"), known):
                continue
            if "uses" in step:
                name = step["uses"].partition("@")[0]
                done.used[name] = {k: filled(v, known) for k, v in step["with"].items()}
                continue
            outputs, code = self._step(step, known, done)
            known["steps"][step.get("id", "")] = {"outputs": outputs}
            done.outputs |= outputs
            if code:
                done.code = code
                break
        return done

    def _step(
        self, step: Mapping[str, Any], known: Mapping[str, Any], done: Outcome
    ) -> tuple[dict[str, str], int]:
        assert step["shell"] == "bash"
        file = self.temp / "output"
        file.write_text("")
        more = {k: filled(v, known) for k, v in step.get("env", {}).items()}
        script = self.temp / "step.sh"
        script.write_text(step["run"] + "\n")
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace, env=self.environment | more | {"GITHUB_OUTPUT": str(file)},
            capture_output=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        done.log += (ended.stdout + ended.stderr).decode("utf-8")
        pairs = (line.split("=", 1) for line in file.read_text("utf-8").splitlines())
        return dict(pairs), ended.returncode


def looked_up(path: str, known: Mapping[str, Any]) -> str:
    """The value of a context, such as `steps.check.outputs.errors`; empty where there is none."""
    value: Any = known
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def filled(text: object, known: Mapping[str, Any]) -> str:
    """A text with its expressions replaced."""
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda m: looked_up(m[1], known), str(text))


def condition(text: str, known: Mapping[str, Any]) -> bool:
    """Whether an `if` of `==`, `!=` and `&&` holds."""
    inner = text.removeprefix("${{ ").removesuffix(" }}")
    if inner == "true":
        return True
    for part in inner.split(" && "):
        match = re.fullmatch(r"([\w.-]+) (==|!=) ('[^']*'|true|false)", part)
        assert match is not None, part
        same = looked_up(match[1], known) == match[3].strip("'")
        if same is not (match[2] == "=="):
            return False
    return True
