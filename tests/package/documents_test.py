"""Manual pages: sound for the tools that read them, and they say what the program's help and README say."""
import re
import shutil
import unittest

from support import ROOT, commands, installed, output, remove_installed, run

tearDownModule = remove_installed


def pages():
    return sorted((installed("programs") / "usr/share/man/man1").glob("*.1"))


def rendered(page):
    text = output("groff", "-man", "-Tutf8", "-P-c", "-rLL=2000n", page)
    return re.sub(r"[ \n]+", " ", re.sub(".\b", "", text))


class Pages(unittest.TestCase):
    def test_groff_and_mandoc_have_nothing_to_say(self):
        self.assertEqual([page.name for page in pages()], ["usage-sandbox.1", "usage-uploader.1"])
        for page in pages():
            warned = run("groff", "-man", "-ww", "-z", "-Tutf8", page)
            self.assertEqual((warned.returncode, warned.stderr), (0, ""))
            if shutil.which("mandoc"):
                self.assertEqual(output("mandoc", "-T", "lint", "-W", "warning", page), "")

    def test_man_knows_what_they_are(self):
        for page in pages():
            self.assertRegex(output("lexgrog", page), rf'"{page.stem} - .+"')

    def test_every_command_option_and_example_of_the_help_is_in_the_page(self):
        page = rendered(pages()[1])
        self.assertGreater(len(commands()), 8)
        for command, options in commands().items():
            self.assertGreater(len(options), 4, command)
            for option in options:
                self.assertIn(f" {option} ", page)
            help_text = output(self.program(), command, "--help")
            for example in re.findall(r"^  (usage-uploader .*)$", help_text, re.M):
                self.assertIn(example, page)

    def program(self):
        return installed("programs") / "usr/bin/usage-uploader"

    def test_no_character_of_the_texts_is_lost(self):
        page = rendered(pages()[1])
        for text in ("1 to 64 of A-Za-z0-9._-", "--by 'A. Clerk' --note 'ticket 4711'", "under $XDG_STATE_HOME or ~/.local/state"):
            self.assertIn(text, page)
        self.assertIn('{"installations": {"XE...": {"faults": ["429"', rendered(pages()[0]))

    def test_the_exit_statuses_are_those_of_readme(self):
        table = re.search(r"## Exit status\n.*?\n\n(\| code .*?)\n\n", (ROOT / "README.md").read_text(), re.S)[1]
        page = rendered(pages()[1]).split("EXIT STATUS")[1].split("ENVIRONMENT")[0]
        rows = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
        self.assertEqual(len(rows), 9)
        for code, meaning in rows:
            self.assertIn(f" {code} {meaning} ", page)

    def test_every_option_of_the_sandbox_is_in_its_page(self):
        page = rendered(pages()[0])
        options = set(re.findall(r"--[a-z-]+", output(installed("programs") / "usr/bin/usage-sandbox", "--help")))
        self.assertGreater(len(options), 5)
        for option in options:
            self.assertIn(option, page)


if __name__ == "__main__":
    unittest.main()
