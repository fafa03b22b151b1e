// Exports in other encodings than UTF-8: found where it is certain, as asked where it is not.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "intake_case.h"
#include "usage/base/digest.h"
#include "usage/base/file.h"
#include "usage/csv/record_reader.h"

using namespace usage;
using namespace usage::test;

namespace {

std::string utf16(std::string_view latin1, Encoding encoding) {
  std::string bytes;
  for (const char c : latin1) {
    if (encoding == Encoding::kUtf16Be) bytes += '\0';
    bytes += c;
    if (encoding == Encoding::kUtf16Le) bytes += '\0';
  }
  return bytes;
}

// In ISO-8859-1; it is windows-1252 as well.
std::string export_text() {
  return "InstallationSid,BillingSid,Amount,Kunde\n" + sid("XE", 1) + "," + sid("BI", 1) + ",5,M\xFCller\n" +
         sid("XE", 2) + "," + sid("BI", 1) +
         ",6.5,\"Stra\xDF"
         "e\n3\"\n";
}

std::string export_in_utf8() {
  return "InstallationSid,BillingSid,Amount,Kunde\n" + sid("XE", 1) + "," + sid("BI", 1) + ",5,Müller\n" +
         sid("XE", 2) + "," + sid("BI", 1) + ",6.5,\"Straße\n3\"\n";
}

IntakeOptions in(Encoding encoding) {
  IntakeOptions options;
  options.encoding = encoding;
  return options;
}

std::string digest_of(const std::string& bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.hex();
}

struct Refused {
  std::string name, message, remedy;
};

Refused refused(const IntakeCase& t, const std::string& text, const IntakeOptions& options = {}) {
  try {
    t.read(text, options);
    return {};
  } catch (const RefusedError& error) {
    return {error.name(), error.what(), error.remedy()};
  }
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the same rows come out of every encoding, and can be read again as UTF-8") {
  struct Case {
    std::string bytes;
    std::optional<Encoding> asked;
    Encoding found;
    bool other;
  };
  const std::string mark_le = "\xFF\xFE";
  const std::string mark_be = "\xFE\xFF";
  const std::vector<Case> cases = {
      {export_in_utf8(), {}, Encoding::kUtf8, false},
      {"\xEF\xBB\xBF" + export_in_utf8(), {}, Encoding::kUtf8, true},
      {export_in_utf8(), Encoding::kUtf8, Encoding::kUtf8, false},
      {mark_le + utf16(export_text(), Encoding::kUtf16Le), {}, Encoding::kUtf16Le, true},
      {mark_be + utf16(export_text(), Encoding::kUtf16Be), {}, Encoding::kUtf16Be, true},
      {mark_be + utf16(export_text(), Encoding::kUtf16Be), Encoding::kUtf16Be, Encoding::kUtf16Be, true},
      {utf16(export_text(), Encoding::kUtf16Le), Encoding::kUtf16Le, Encoding::kUtf16Le, true},
      {utf16(export_text(), Encoding::kUtf16Be), Encoding::kUtf16Be, Encoding::kUtf16Be, true},
      {export_text(), Encoding::kWindows1252, Encoding::kWindows1252, true},
      {export_text(), Encoding::kIso8859_1, Encoding::kIso8859_1, true}};
  for (const Case& c : cases) {
    CAPTURE(name_of(c.found));
    const IntakeCase t;
    IntakeOptions options;
    options.encoding = c.asked;
    const UsageInput input = t.read(c.bytes, options);
    CHECK(quantities_of(input) == "5 6.5");
    CHECK(input.rows.at(1).place.line == 3);
    InputFile file = input.files.at(0);
    CHECK(file.bytes == c.bytes.size());
    CHECK(file.digest == digest_of(c.bytes));
    CHECK(file.encoding == c.found);
    CHECK(file.had_bom_or_other_encoding == c.other);
    CHECK(file.header == "InstallationSid,BillingSid,Amount,Kunde");
    CHECK((file.spool == file.name) == (c.found == Encoding::kUtf8));
    for (const char* life : {"while the input lives", "after it"}) {
      CAPTURE(life);
      auto reader = RecordReader::open_unchanged(file);
      REQUIRE(reader);
      CHECK(reader->record(input.rows[0].place) == sid("XE", 1) + "," + sid("BI", 1) + ",5,Müller");
      CHECK(reader->record(input.rows[1].place) == sid("XE", 2) + "," + sid("BI", 1) + ",6.5,\"Straße\n3\"");
      CHECK(reader->unchanged());
      file.spool_owner.reset();
      if (file.encoding != Encoding::kUtf8) file.spool = "/proc/self/fd/999999";
    }
  }
}

TEST_CASE("a file of another encoding that has changed is not read again") {
  const IntakeCase t;
  std::string text = export_text();
  InputFile file = t.read(text, in(Encoding::kWindows1252)).files.at(0);
  file.spool_owner.reset();
  file.spool = "/proc/self/fd/999999";
  CHECK(RecordReader::open_unchanged(file));
  text[text.size() - 5] = '\xE4';
  t.file(text);
  CHECK_FALSE(RecordReader::open_unchanged(file));
  text[text.size() - 5] = '\x81';  // no text at all
  t.file(text);
  CHECK_FALSE(RecordReader::open_unchanged(file));
  std::filesystem::remove(file.name);
  CHECK_FALSE(RecordReader::open_unchanged(file));
}

// Closing a descriptor of it would drop the locks that this process has on it: SQLite's, were it the ledger.
TEST_CASE("a named file whose descriptor has the number of a spool that is gone is not opened") {
  const IntakeCase t;
  const std::string text = export_in_utf8();
  const std::string path = t.file(text);
  const FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  REQUIRE(::fcntl(fd.get(), F_SETLK, &lock) == 0);
  InputFile file;
  file.name = "-";
  file.spool = "/proc/self/fd/" + std::to_string(fd.get());
  file.bytes = text.size();
  file.digest = digest_of(text);
  CHECK_FALSE(RecordReader::open_unchanged(file));
  const FileDescriptor other(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct flock seen {};
  seen.l_type = F_WRLCK;
  REQUIRE(::fcntl(other.get(), F_OFD_GETLK, &seen) == 0);
  CHECK(seen.l_type == F_WRLCK);
}

TEST_CASE("invalid UTF-8 is refused where it stands, with both ways out") {
  const IntakeCase t;
  const Refused error = refused(t, export_text());
  CHECK(error.name == "input-encoding");
  CHECK(has(error.message, "in.csv:2: not valid UTF-8 (byte 113)"));
  CHECK(has(error.remedy, "--encoding windows-1252"));
  CHECK(has(error.remedy, "save it as UTF-8 CSV"));
}

TEST_CASE("UTF-16 without a mark is refused, and its NUL bytes tell which option it needs") {
  const IntakeCase t;
  const Refused le = refused(t, utf16(export_text(), Encoding::kUtf16Le));
  CHECK(le.name == "input-nul");
  CHECK(has(le.message, "seems to be utf-16le"));
  CHECK(le.remedy == "--encoding utf-16le");
  CHECK(refused(t, utf16(export_text(), Encoding::kUtf16Be)).remedy == "--encoding utf-16be");
  CHECK(refused(t, utf16(export_text(), Encoding::kUtf16Be), in(Encoding::kUtf8)).remedy == "--encoding utf-16be");
}

TEST_CASE("a mark and an option that contradict each other are refused") {
  const IntakeCase t;
  const std::string le = "\xFF\xFE" + utf16(export_text(), Encoding::kUtf16Le);
  for (const Encoding asked : {Encoding::kUtf8, Encoding::kUtf16Be, Encoding::kWindows1252, Encoding::kIso8859_1}) {
    const Refused error = refused(t, le, in(asked));
    CHECK(error.name == "input-encoding");
    CHECK(has(error.message, "begins with the byte order mark of utf-16le, and --encoding is "));
    CHECK(has(error.message, name_of(asked)));
    CHECK(has(error.remedy, "--encoding utf-16le"));
  }
  CHECK(refused(t, "\xEF\xBB\xBF" + export_in_utf8(), in(Encoding::kWindows1252)).name == "input-encoding");
}

TEST_CASE(
    "in another encoding, lines are the file's own and damage to the text says that its offset is not the file's") {
  const IntakeCase t;
  const Refused undefined = refused(t, export_text() + "\x81", in(Encoding::kWindows1252));
  CHECK(has(undefined.message, "in.csv:5: the byte 0x81"));
  CHECK(has(undefined.message, "(byte " + std::to_string(export_text().size()) + ")"));
  const Refused quote = refused(t, export_text() + "\"", in(Encoding::kWindows1252));
  CHECK(quote.name == "input-quote");
  CHECK(has(quote.message, "in.csv:5: "));
  CHECK(has(quote.message, "(byte " + std::to_string(export_in_utf8().size()) + " of the text as UTF-8)"));
}

TEST_CASE("characters at the border of any buffer come through") {
  const IntakeCase t;
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string text = "InstallationSid,BillingSid,Amount," + std::string(65536 - 60 + shift, 'x') + "\n";
    for (int i = 1; i <= 900; ++i)
      text += sid("XE", i) + "," + sid("BI", 1) + "," + std::to_string(i) + ",\xE4\xF6\xFC" + std::string(70, '\xDF') +
              "\n";
    for (const Encoding encoding : {Encoding::kUtf16Le, Encoding::kWindows1252}) {
      const UsageInput input = t.read(encoding == Encoding::kUtf16Le ? utf16(text, encoding) : text, in(encoding));
      REQUIRE(input.rows.size() == 900);
      auto reader = RecordReader::open_unchanged(input.files.at(0));
      REQUIRE(reader);
      std::string sharp;
      for (int i = 0; i < 70; ++i) sharp += "ß";
      for (std::size_t i = 0; i < 900; ++i)
        REQUIRE(reader->record(input.rows[i].place) ==
                sid("XE", static_cast<int>(i) + 1) + "," + sid("BI", 1) + "," + std::to_string(i + 1) + ",äöü" + sharp);
    }
  }
}

TEST_CASE("a result file of ours is UTF-8, whatever the export's encoding, unless a spreadsheet saved it otherwise") {
  const IntakeCase t;
  const std::string header = "usage_row,InstallationSid,BillingSid,Amount,Kunde\n";
  const std::string cells = "," + sid("XE", 1) + "," + sid("BI", 1) + ",5,";
  const std::string utf8 = header + cells + "Müller\n";
  const std::string latin = header + cells + "M\xFCller\n";
  struct Case {
    std::string bytes;
    Encoding found;
  };
  for (const Case& c : {Case{utf8, Encoding::kUtf8}, Case{"\xEF\xBB\xBF" + utf8, Encoding::kUtf8},
                        Case{"\xFF\xFE" + utf16(latin, Encoding::kUtf16Le), Encoding::kUtf16Le},
                        Case{latin, Encoding::kWindows1252}, Case{"\"Usage Row\"" + utf8.substr(9), Encoding::kUtf8}}) {
    const UsageInput input = t.read(c.bytes, in(Encoding::kWindows1252));
    CHECK(input.files.at(0).encoding == c.found);
    CHECK(input.files.at(0).digest == digest_of(c.bytes));
    auto reader = RecordReader::open_unchanged(input.files.at(0));
    REQUIRE(reader);
    CHECK(reader->record(input.rows.at(0).place) == cells + "Müller");
  }
  CHECK(refused(t, latin).name == "input-encoding");
}

TEST_CASE("of a large result file of ours, all bytes are looked at before it is taken for UTF-8") {
  const IntakeCase t;
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string text = "usage_row,InstallationSid,BillingSid,Amount,Kunde" + std::string(shift, 'x') + "\n";
    for (int i = 1; i <= 1500; ++i) text += "," + sid("XE", i) + "," + sid("BI", 1) + ",5,€€€€€€€€\n";
    CHECK(t.read(text, in(Encoding::kWindows1252)).files.at(0).encoding == Encoding::kUtf8);
    for (std::size_t at = text.find("€"); at != std::string::npos; at = text.find("€", at)) text.replace(at, 3, "x");
    text += "," + sid("XE", 9999) + "," + sid("BI", 1) + ",5,\xFC\n";
    CHECK(t.read(text, in(Encoding::kWindows1252)).files.at(0).encoding == Encoding::kWindows1252);
  }
}

TEST_CASE("a file that is UTF-8 and is asked to be read otherwise is read so, with a warning") {
  const IntakeCase files;
  IntakeOptions options;
  options.encoding = Encoding::kWindows1252;
  const auto warned = [&](const std::string& memo) {
    const UsageInput input =
        files.read("InstallationSid,BillingSid,Amount,Memo\n" + sid("XE", 1) + ",b,1.5," + memo + "\n", options);
    return !warning_of(input, "encoding-doubtful").empty();
  };
  CHECK(warned("M\xC3\xBCller"));
  CHECK_FALSE(warned("M\xFCller"));
  CHECK_FALSE(warned("Muller"));
  CHECK(warned(std::string(65'400, 'x') + std::string(60, ' ') + "\xE2\x82\xAC"));  // also where a piece ends in a character
}
