#include "usage/csv/record_source.h"

#include <doctest/doctest.h>

#include "read_text.h"

using namespace usage;
using namespace usage::test;

using Cells = std::vector<std::vector<std::string>>;

TEST_CASE("a quoted line break joins its lines, and no line between the quotes becomes a row") {
  const std::string text =
      "sid,memo,amount\n"
      "XE1,\"first line\nXE9,injected,999\nlast line\",10\n"
      "XE2,plain,20\n";
  const ReadText read = read_text(text);
  REQUIRE(cells_of(read) == Cells{{"XE1", "first line\vXE9,injected,999\vlast line", "10"}, {"XE2", "plain", "20"}});
  CHECK(read.rows[0].place.line == 2);
  CHECK(read.rows[1].place.line == 5);
}

TEST_CASE("each record's place names its bytes in the file, BOM, CRLF and blank lines counted") {
  const std::string text =
      "\xEF\xBB\xBF"
      "\r\nsid,memo\r\n\r\nXE1,\"a\r\nb\"\r\n  \nXE2,c\r\n";
  const ReadText read = read_text(text);
  REQUIRE(read.rows.size() == 2);
  CHECK(read.header == std::vector<std::string>{"sid", "memo"});
  const auto bytes = [&](std::size_t i) { return text.substr(read.rows[i].place.offset, read.rows[i].place.length); };
  CHECK(bytes(0) == "XE1,\"a\r\nb\"");
  CHECK(bytes(1) == "XE2,c");
  CHECK(read.rows[0].place.line == 4);
  CHECK(read.rows[1].place.line == 7);
  CHECK(read.rows[0].cells[1] == "a\v\vb");
}

TEST_CASE("a BOM is noticed and is no part of the header") {
  RecordSource with("t.csv", bytes_of("\xEF\xBB\xBF"
                                      "a,b\n1,2\n"));
  CHECK(with.had_bom());
  CHECK(with.peek_header(',')->bytes == "a,b");
  RecordSource without("t.csv", bytes_of("a,b\n1,2\n"));
  CHECK_FALSE(without.had_bom());
}

TEST_CASE("NUL refuses the file and names line and byte") {
  const auto refusal = refusal_of(std::string_view("a,b\n1,2\n3\0,4\n", 13));
  CHECK(refusal.name == "input-nul");
  CHECK(refusal.message.find("t.csv:3: ") == 0);
  CHECK(refusal.message.find("(byte 9)") != std::string::npos);
}

TEST_CASE("a NUL between quotes refuses the file too") {
  CHECK(refusal_of(std::string_view("a,b\n1,\"x\0y\"\n", 12)).name == "input-nul");
}

TEST_CASE("a read error is thrown as itself, at the first read and later") {
  struct Broken {};
  for (const int good_reads : {0, 1, 3}) {
    CAPTURE(good_reads);
    int reads = 0;
    const auto read = [&](std::span<char> into) -> std::size_t {
      if (reads++ == good_reads) throw Broken{};
      std::fill(into.begin(), into.end(), 'x');
      into.back() = '\n';
      return into.size();
    };
    const auto drain = [&] {
      RecordSource source("t.csv", read, {16, 32});
      RecordBlock block;
      while (source.next_block(',', block)) {
      }
    };
    CHECK_THROWS_AS(drain(), Broken);
  }
}

TEST_CASE("an unclosed quote refuses the whole file and names the line where it opens") {
  const auto refusal = refusal_of("a,b\n1,2\n3,\"open\n5,6\n7,8\n");
  CHECK(refusal.name == "input-quote");
  CHECK(refusal.message == "t.csv:3: the quote that opens here is never closed (byte 10)");
}

TEST_CASE("quotes that programs read differently refuse the file") {
  CHECK(refusal_of("a,b\n1, \"x\ny\"\n").name == "input-quote");
  CHECK(refusal_of("a,b\n1, \"x,y\"\n").name == "input-quote");
  CHECK(refusal_of("a,b\n\"5\" pipe\",2\n").name == "input-quote");
  CHECK(refusal_of("a,b\n1,2\n\"5\" pipe\",2\n").message.find("t.csv:3: ") == 0);
}

TEST_CASE("a quote within an unquoted cell swallows neither delimiters nor lines") {
  CHECK(cells_of(read_text("a,b\n5\" pipe,2\n6\",4\n")) == Cells{{"5\" pipe", "2"}, {"6\"", "4"}});
}

TEST_CASE("stray quotes are told with their row and column") {
  const ReadText read = read_text("a,b\n1,2\n3,\"x\"junk\n5,6\n");
  REQUIRE(read.rows.size() == 3);
  CHECK_FALSE(read.rows[0].stray_quote);
  CHECK(read.rows[1].stray_quote == 1);
  CHECK_FALSE(read.rows[2].stray_quote);
}

TEST_CASE("a carriage return alone refuses the file, but between quotes it is text") {
  CHECK(refusal_of("a,b\n1\r2,3\n").name == "input-line-end");
  CHECK(refusal_of("a,b\r1,2\r").name == "input-line-end");
  CHECK(refusal_of("a,b\n1,2\r\r\n").name == "input-line-end");
  CHECK(cells_of(read_text("a,b\n1,\"2\r3\"\n")) == Cells{{"1", "2\v3"}});
}

TEST_CASE("a last line without newline is a row, also with a carriage return or a quote at its end") {
  for (const char* end : {"", "\n", "\r\n", "\r"}) {
    CHECK(cells_of(read_text("a,b\n1,2\n3,4" + std::string(end))) == Cells{{"1", "2"}, {"3", "4"}});
    CHECK(cells_of(read_text("a,b\n1,2\n3,\"4\"" + std::string(end))) == Cells{{"1", "2"}, {"3", "4"}});
  }
}

TEST_CASE("bytes that are not UTF-8 refuse the file with line and byte") {
  const auto refusal = refusal_of("a,b\n1,2\n3,M\xFCller und andere mehr\n");
  CHECK(refusal.name == "input-encoding");
  CHECK(refusal.message == "t.csv:3: not valid UTF-8 (byte 11)");
  CHECK(refusal_of("a,b\n1,\xC3\n").message == "t.csv:2: not valid UTF-8 (byte 6)");
  CHECK(refusal_of("a,M\xFC\n1,2\n").message == "t.csv:1: not valid UTF-8 (byte 3)");
  CHECK(refusal_of("a,b\n1,M\xC3\xBCller\n").name == "");
}

TEST_CASE("UTF-16 is recognised by its BOM, whatever its first character") {
  CHECK(refusal_of(std::string_view("\xFF\xFE"
                                    "a\0,\0",
                                    6))
            .message.find("UTF-16") != std::string::npos);
  CHECK(refusal_of(std::string_view("\xFE\xFF\0a\0,", 6)).name == "input-encoding");
}

TEST_CASE("a record of the parser's largest size is read, and one byte more refuses the file") {
  const std::string head = "a,b\n1,2\n3,";
  std::string text = head + std::string(kMaxRecordBytes - 2, 'x') + "\n5,6\n";
  const ReadText read = read_text(text);
  REQUIRE(read.rows.size() == 3);
  CHECK(read.rows[1].cells[1].size() == kMaxRecordBytes - 2);
  CHECK(read.rows[2].cells == std::vector<std::string>{"5", "6"});
  text.insert(head.size(), "x");
  const auto refusal = refusal_of(text);
  CHECK(refusal.name == "input-line-length");
  CHECK(refusal.message.find("t.csv:3: ") == 0);
}

TEST_CASE("a quote never closed in an endless input is refused once the limit is passed") {
  std::uint64_t handed_out = 0;
  const auto endless = [&](std::span<char> into) {
    std::fill(into.begin(), into.end(), 'x');
    if (handed_out == 0) into[0] = '"';
    handed_out += into.size();
    return into.size();
  };
  RecordSource source("t.csv", endless);
  RecordBlock block;
  CHECK_THROWS_AS(source.next_block(',', block), RefusedError);
  CHECK(handed_out <= 4 * (kMaxRecordBytes + 1));
}

TEST_CASE("lines of blanks are no rows, but empty cells are") {
  CHECK(read_text("a,b\n\n  \t\n1,2\n\r\n,\n").rows.size() == 2);
  CHECK(read_text("a\tb\n \n\t\n1\t2\n", '\t').rows.size() == 2);
}

TEST_CASE("quoted line breaks, CRLF and doubled quotes are read alike wherever a buffer ends") {
  const std::string text =
      "\xEF\xBB\xBF"
      "sid,memo,amount\r\n"
      "XE1,\"a\r\nb \"\"c\"\", d\n\",1.25\r\n"
      "\r\n"
      "XE2,\xC3\xBC\xE2\x82\xAC,\"2\"\r\n"
      "XE3,\"\",3";
  const ReadText whole = read_text(text);
  REQUIRE(whole.rows.size() == 3);
  for (std::size_t read = 4; read < text.size() + 2; ++read) {
    CAPTURE(read);
    const ReadText parts = read_text(text, ',', {read, read % 3 == 0 ? std::size_t{1} : std::size_t{1000}});
    REQUIRE(cells_of(parts) == cells_of(whole));
    for (std::size_t i = 0; i < 3; ++i) CHECK(parts.rows[i].place == whole.rows[i].place);
  }
}

TEST_CASE("a file over 48 MiB without a last newline gives each row once") {
  // The parser's buffer is 48 MiB; alone it hands out old rows again where such a file ends.
  constexpr std::size_t kRows = 450'000;
  const std::string memo(100, 'm');
  std::string text = "sid,memo,amount\n";
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    text.append("XE")
        .append(std::to_string(10'000'000 + i))
        .append(",")
        .append(memo)
        .append(",")
        .append(std::to_string(i % 97));
    if (i + 1 < kRows) text += '\n';
    expected += i % 97;
  }
  REQUIRE(text.size() > (std::size_t{48} << 20));
  RecordSource source("t.csv", bytes_of(text));
  source.skip_past(*source.peek_header(','));
  RecordBlock block;
  std::size_t rows = 0;
  std::uint64_t sum = 0;
  bool in_order = true;
  while (source.next_block(',', block)) {
    read_rows(block, {{0, 2}, 3}, ',', [&](const CsvRow& row) {
      in_order = in_order && std::stoull(std::string(row.cells[0].substr(2))) == 10'000'000 + rows;
      sum += std::stoull(std::string(row.cells[1]));
      ++rows;
      in_order = in_order && row.place.line == rows + 1;
    });
  }
  CHECK(rows == kRows);
  CHECK(sum == expected);
  CHECK(in_order);
}
