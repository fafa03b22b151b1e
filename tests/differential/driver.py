"""The reader_driver program: many files through one process."""
import json
import subprocess


class Driver:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answers(self, commands):
        """Of so few commands that a pipe holds them."""
        self.process.stdin.write("".join("\x1f".join(words) + "\n" for words in commands).encode())
        self.process.stdin.flush()
        for _ in commands:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"the driver ended with status {self.process.wait()}")
            yield json.loads(line)

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise RuntimeError("the driver failed at its end")
