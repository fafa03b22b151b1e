"""A build, installed into a folder of its own."""
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["USAGE_BUILD"]).resolve()
_installed = {}


def installed(*components):
    """The folder that stands for /, with these components under /usr; made once."""
    if components not in _installed:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="usage-installed-"))
        for component in components:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", folder / "usr", "--component", component], check=True,
                           stdout=subprocess.DEVNULL)
        _installed[components] = folder
    return _installed[components]


def remove_installed():
    for folder in _installed.values():
        shutil.rmtree(folder)
    _installed.clear()


def run(*command, **options):
    return subprocess.run([*map(str, command)], text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, **options)


def output(*command, **options):
    result = run(*command, **options)
    assert result.returncode == 0, f"{command}: {result.returncode}\n{result.stdout}{result.stderr}"
    return result.stdout


def first_words(text):
    return [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line[2] != " "]


def commands():
    """Command -> its options, as the program's own help lists them."""
    program = BUILD / "usage-uploader"
    overview = output(program, "--help").split("\nA month's end:")[0]
    return {name: [word for word in first_words(output(program, name, "--help")) if word.startswith("--")]
            for name in first_words(overview)}
