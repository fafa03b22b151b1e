"""README's table of threats names tests that exist, and each test of tests/e2e/hostile_* stands in it."""
import pathlib
import re
import unittest

TESTS = pathlib.Path(__file__).parent
SECTION = re.search(r"^## Threats\n(.*?)^## ", (TESTS.parent / "README.md").read_text(), re.DOTALL | re.MULTILINE)[1]
ROWS = [line.strip("| ").split(" | ") for line in SECTION.splitlines() if line.startswith("| ")][2:]
NAMES = re.compile(r"`([a-z0-9_/]+\.(?:py|cpp))`: ((?:[a-z0-9_]+|\"[^\"]+\")(?:, (?:test_[a-z0-9_]+|\"[^\"]+\"))*)")
NAME = re.compile(r"test_[a-z0-9_]+|\"[^\"]+\"")


def named_tests():
    """(threat, file, test), a test of C++ by its text without quotes."""
    for threat, _, tests in ROWS:
        for file, names in NAMES.findall(tests):
            for name in NAME.findall(names):
                yield threat, file, name.strip('"')


def tests_of(path):
    # A long text is cut in two by the formatter.
    text = re.sub(r'"\s*\n\s*"', "", path.read_text())
    return set(re.findall(r"def (test_\w+)" if path.suffix == ".py" else r'TEST_CASE\(\s*"([^"]+)"\)', text))


class Threats(unittest.TestCase):
    def test_each_test_that_the_table_names_exists(self):
        for threat, file, name in named_tests():
            with self.subTest(threat):
                self.assertTrue((TESTS / file).is_file(), file)
                self.assertIn(name, tests_of(TESTS / file))

    def test_no_threat_is_without_a_test(self):
        with_tests = {threat for threat, _, _ in named_tests()}
        self.assertEqual([row[0] for row in ROWS if row[0] not in with_tests], [])
        self.assertGreater(len(ROWS), 20)

    def test_each_test_of_hostile_surroundings_stands_in_the_table(self):
        named = {(file, name) for _, file, name in named_tests()}
        for path in sorted((TESTS / "e2e").glob("hostile_*_test.py")):
            missing = {name for name in tests_of(path) if (f"e2e/{path.name}", name) not in named}
            self.assertEqual(missing, set(), path.name)


if __name__ == "__main__":
    unittest.main()
