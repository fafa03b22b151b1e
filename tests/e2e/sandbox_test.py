"""usage-sandbox as a program."""
import http.client
import subprocess
import unittest

from support import BUILD


class SandboxProgram(unittest.TestCase):
    def test_a_journal_that_cannot_be_written_ends_it_with_the_reason_and_nothing_is_billed(self):
        full = subprocess.Popen([BUILD / "usage-sandbox", "--port", "0", "--journal", "/dev/full"], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        connection = http.client.HTTPConnection(full.stdout.readline().split("/")[-1].strip(), timeout=20)
        with self.assertRaises(http.client.RemoteDisconnected):
            connection.request("POST", "/")
            connection.getresponse()
        connection.close()
        self.assertEqual(full.communicate(timeout=20)[1], "usage-sandbox: writing the journal: No space left on device\n")
        self.assertEqual(full.returncode, 1)


if __name__ == "__main__":
    unittest.main()
