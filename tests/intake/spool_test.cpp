// Input that can be read only once: standard input and pipes.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "intake_case.h"
#include "usage/base/file.h"
#include "usage/csv/record_reader.h"

using namespace usage;
using namespace usage::test;

namespace {

// Standard input is the text while this lives.
class StandardInput {
 public:
  explicit StandardInput(const std::string& text) : saved_(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) {
    std::array<int, 2> ends{};
    std::signal(SIGPIPE, SIG_IGN);
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const FileDescriptor reading(ends[0]);
    REQUIRE(::dup2(reading.get(), STDIN_FILENO) == STDIN_FILENO);
    writer_ = std::thread([text, writing = FileDescriptor(ends[1])] {
      // In pieces: the reader must not take a short read for the end.
      for (std::size_t at = 0; at < text.size(); at += kPiece) {
        const std::string piece = text.substr(at, kPiece);
        if (::write(writing.get(), piece.data(), piece.size()) < 0) return;
      }
    });
  }
  ~StandardInput() {
    if (saved_.valid()) {
      ::dup2(saved_.get(), STDIN_FILENO);
    } else {
      ::close(STDIN_FILENO);
    }
    writer_.join();  // ends even where the text was not read whole: nobody can read any more
  }

 private:
  static constexpr std::size_t kPiece = 1000;
  FileDescriptor saved_;
  std::thread writer_;
};

std::string text_of_rows(int rows) {
  std::string text = "InstallationSid,BillingSid,Amount\n";
  for (int i = 1; i <= rows; ++i) text += sid("XE", i) + "," + sid("BI", 1) + "," + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("standard input is read whole, and its records can be read again while the input lives") {
  const std::string text = text_of_rows(3000);
  UsageInput copy;
  {
    const StandardInput standard_input(text);
    const UsageInput input = read_usage({"-"}, {}, {});
    copy = input;
  }
  REQUIRE(copy.rows.size() == 3000);
  const InputFile& file = copy.files.at(0);
  CHECK(file.name == "-");
  CHECK(file.bytes == text.size());
  auto reader = RecordReader::open_unchanged(file);
  REQUIRE(reader);
  CHECK(reader->record(copy.rows[2999].place) == sid("XE", 3000) + "," + sid("BI", 1) + ",3000");
}

TEST_CASE("standard input in UTF-16 is read as any file, and again also by who does not hold the spool open") {
  std::string text = "\xFF\xFE";
  for (const char c : text_of_rows(3000)) (text += c) += '\0';
  const StandardInput standard_input(text);
  const UsageInput input = read_usage({"-"}, {}, {});
  REQUIRE(input.rows.size() == 3000);
  InputFile file = input.files.at(0);
  CHECK(file.bytes == text.size());
  CHECK(file.encoding == Encoding::kUtf16Le);
  file.spool_owner.reset();
  auto reader = RecordReader::open_unchanged(file);
  REQUIRE(reader);
  CHECK(reader->record(input.rows[2999].place) == sid("XE", 3000) + "," + sid("BI", 1) + ",3000");
  file.spool_digest = file.digest;  // some other process's spool
  CHECK_FALSE(RecordReader::open_unchanged(file));
}

TEST_CASE("a result file of ours from standard input is UTF-8, or else what was asked for") {
  const std::string text =
      "usage_row,InstallationSid,BillingSid,Amount,Kunde\n," + sid("XE", 1) + "," + sid("BI", 1) + ",5,M\xFCller\n";
  const StandardInput standard_input(text);
  IntakeOptions options;
  options.encoding = Encoding::kWindows1252;
  const InputFile file = read_usage({"-"}, options, {}).files.at(0);
  CHECK(file.encoding == Encoding::kWindows1252);
  CHECK(file.bytes == text.size());
  CHECK(file.spool_bytes == text.size() + 1);
}

TEST_CASE("the spool is private and has no name") {
  const StandardInput standard_input(text_of_rows(1));
  const UsageInput input = read_usage({"-"}, {}, {});
  struct stat status {};
  REQUIRE(::stat(input.files.at(0).spool.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(status.st_nlink == 0);
}

TEST_CASE("errors in standard input name it") {
  const StandardInput standard_input("InstallationSid,BillingSid,Amount\n\"");
  try {
    read_usage({"-"}, {}, {});
    FAIL("not refused");
  } catch (const RefusedError& error) {
    CHECK(std::string(error.what()).find("standard input:2: ") == 0);
  }
}

TEST_CASE("a named pipe is spooled too") {
  const IntakeCase t;
  const std::string pipe = (t.folder() / "pipe.csv").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::thread writer([&] {
    const std::string text = text_of_rows(2);
    const FileDescriptor fd(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
    CHECK(::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  });
  const UsageInput input = read_usage({pipe}, {}, {});
  writer.join();
  CHECK(quantities_of(input) == "1 2");
  CHECK(RecordReader::open_unchanged(input.files.at(0)));
}
