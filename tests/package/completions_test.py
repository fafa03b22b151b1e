"""Completions, asked for in the real shells; what they offer is what the program takes."""
import json
import os
import pathlib
import pty
import select
import shutil
import tempfile
import time
import unittest

from support import BUILD, commands, installed, output, remove_installed, run

tearDownModule = remove_installed


def completion(name):
    return installed("programs", "local") / "usr/share" / name


def bash(*words):
    """What bash would offer for the last of these words."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              '_usage_uploader; printf "%s\\n" "${COMPREPLY[@]}"')
    return output("bash", "-c", script, "bash", completion("bash-completion/completions/usage-uploader"), "usage-uploader",
                  *words).split()


class Bash(unittest.TestCase):
    def test_the_commands(self):
        self.assertEqual(bash(""), [*commands(), "--help", "--version"])
        self.assertEqual(bash("re"), ["resume", "reconcile"])

    def test_the_options_of_each_command(self):
        for command, options in commands().items():
            self.assertEqual(bash(command, "--"), [*options, "--help"])
        self.assertEqual(bash("upload", "--max-w"), ["--max-wait"])

    def test_values(self):
        self.assertEqual(bash("validate", "--zero", ""), ["refuse", "skip"])
        self.assertEqual(bash("validate", "--zero", "=", "s"), ["skip"])
        self.assertEqual(bash("validate", "--zero", "="), ["refuse", "skip"])
        self.assertEqual(bash("upload", "--period", ""), [])
        self.assertEqual(bash("show", ""), ["last"])

    def test_files(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        (folder / "october.csv").touch()
        (folder / "results").mkdir()
        self.assertEqual(bash("upload", f"{folder}/oct"), [f"{folder}/october.csv"])
        self.assertEqual(sorted(bash("upload", "--ledger", f"{folder}/")), [f"{folder}/october.csv", f"{folder}/results"])
        self.assertEqual(bash("reconcile", "--out", f"{folder}/"), [f"{folder}/results"])

    def test_the_program_takes_every_word_that_is_offered(self):
        program, places = BUILD / "usage-uploader", {"validate": ["/nonexistent.csv"], "resume": ["--ledger", "/nonexistent/x.db"],
                                                     "settle": ["--ledger", "/nonexistent/x.db", "last", "--by", "A", "--note",
                                                                "B", "--row", "1"]}
        for option, command in (("encoding", "validate"), ("delimiter", "validate"), ("grouping", "validate"),
                                ("zero", "validate"), ("fail-on", "validate"), ("log-level", "validate"),
                                ("concurrency", "resume"), ("as", "settle")):
            words = bash(command, f"--{option}", "")
            self.assertGreater(len(words), 0, option)
            for word, taken in [*((word, True) for word in words), ("no-such-word", False)]:
                said = run(program, command, f"--{option}", word, *places[command], "--json").stdout
                self.assertEqual(json.loads(said)["error"]["name"] != "option-value", taken, said)


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class Fish(unittest.TestCase):
    def offered(self, line):
        script = 'source $argv[1]; complete -C "$argv[2]"'
        said = output("fish", "--no-config", "-c", script, completion("fish/vendor_completions.d/usage-uploader.fish"), line)
        return [entry.split("\t")[0] for entry in said.splitlines()]

    def test_what_it_offers(self):
        self.assertEqual(sorted(self.offered("usage-uploader re")), ["reconcile", "resume"])
        for command, options in commands().items():
            self.assertEqual(sorted(self.offered(f"usage-uploader {command} --")), sorted([*options, "--help"]))
        self.assertEqual(self.offered("usage-uploader validate --zero "), ["refuse", "skip"])


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class Zsh(unittest.TestCase):
    def shown(self, line, wanted):
        """Types the line and a tab on a terminal; what zsh writes until `wanted` stands there, or five seconds went by."""
        folder = completion("zsh/site-functions")
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(TERM="dumb", LC_ALL="C", COLUMNS="200", LINES="200")
            os.execvp("zsh", ["zsh", "-f", "-i"])
        text = ""

        def read_until(part, seconds=20):
            nonlocal text
            end = time.monotonic() + seconds
            while part not in text and time.monotonic() < end:
                if select.select([terminal], [], [], 0.1)[0]:
                    text += os.read(terminal, 65536).decode(errors="replace")

        try:
            os.write(terminal, (f"stty rows 200 cols 200; PS1=; fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; "
                                "setopt no_always_last_prompt; echo rea''dy\n").encode())
            read_until("ready")
            text = ""
            os.write(terminal, line.encode() + b"\t")
            read_until(wanted, 10)
        finally:
            os.close(terminal)
            os.waitpid(child, 0)
        return text

    def test_its_syntax(self):
        output("zsh", "-n", completion("zsh/site-functions/_usage-uploader"))

    def test_what_it_offers(self):
        for line, wanted in (("usage-uploader ab", "abandon"), ("usage-uploader upload --perio", "--period"),
                             ("usage-uploader validate --zero sk", "skip"), ("usage-uploader show la", "last"),
                             ("usage-uploader validate --fail-on equal-rows,where-u", "where-unmatched")):
            self.assertIn(wanted, self.shown(line, wanted))


if __name__ == "__main__":
    unittest.main()
