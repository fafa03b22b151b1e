// failed.csv and unknown.csv repeat the input byte for byte, so that a corrected file can be uploaded as it is.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "result_case.h"
#include "support/seed.h"

using namespace usage;
using namespace usage::test;

namespace {

const std::string kSteps = "usage_row,usage_status,usage_reason,usage_next_step,";
const std::string kOurs = kSteps + "usage_amount_was,";

}  // namespace

TEST_CASE("cells come back as they stood, whatever their quotes") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1"), sent_row(2, RowStatus::kUnknown, "2")};
  const std::string first = R"( "Needlessly","a ""b"" c" , 5" pipe ,,'x')";
  const std::string second = "\"two\r\nlines, one cell\",=1+1,\t,\xC3\xA4,\"\"";
  result.input("\"Name\",Memo , \"A,B\",D,E", {first, second});
  result.write();
  const std::string header = "\"Name\",Memo , \"A,B\",D,E\n";
  CHECK(result.text("failed.csv") ==
        kOurs + header + "u-901,failed,reason 1,upload this file,amount 1," + first + "\n");
  CHECK(result.text("unknown.csv") ==
        kSteps + "usage_settle,usage_amount_was," + header +
            "u-902,unknown,reason 2,\"find out whether it was billed, write submitted or not-submitted into "
            "usage_settle, then settle\",,amount 2," +
            second + "\n");
}

TEST_CASE("rows with too few or too many cells come back as they stood") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kInvalid, "1"), sent_row(2, RowStatus::kInvalid, "2")};
  result.input("A,B", {"1", "1,2,3,,"});
  result.write();
  CHECK(result.text("failed.csv") == kOurs + "A,B\n" +
                                         "u-901,invalid,reason 1,take the row out if it is billed already or else "
                                         "correct the value and upload this file,amount 1,1\n" +
                                         "u-902,invalid,reason 2,take the row out if it is billed already or else "
                                         "correct the value and upload this file,amount 2,1,2,3,,\n");
}

TEST_CASE("the files have the input's delimiter, and lines that end with LF though the input's end with CRLF") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1"), sent_row(2, RowStatus::kFailed, "2")};
  result.rows[0].reason = "one; two";
  result.input("A;B", {"1,5;x", "2,5;y"}, "\r\n", "", ';');
  result.write();
  CHECK(result.text("failed.csv") ==
        "usage_row;usage_status;usage_reason;usage_next_step;usage_amount_was;A;B\n"
        "u-901;failed;\"one; two\";upload this file;amount 1;1,5;x\n"
        "u-902;failed;reason 2;upload this file;amount 2;2,5;y\n");
  CHECK(result.text("unknown.csv") ==
        "usage_row;usage_status;usage_reason;usage_next_step;usage_settle;usage_amount_was;A;B\n");
  CHECK(result.text("reconciliation.csv").starts_with("line,installed_add_on_sid,"));
}

TEST_CASE("a BOM in the input is a BOM in failed.csv and unknown.csv, and stands there once") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1")};
  result.input("A", {"x"}, "\n", "\xEF\xBB\xBF");
  result.write();
  CHECK(result.text("failed.csv") == "\xEF\xBB\xBF" + kOurs + "A\nu-901,failed,reason 1,upload this file,amount 1,x\n");
  CHECK(result.text("unknown.csv").starts_with("\xEF\xBB\xBFusage_row,"));
  CHECK(result.text("reconciliation.csv").starts_with("line,"));
}

TEST_CASE("columns of an earlier result file are replaced, never repeated, wherever they stand") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1"), sent_row(2, RowStatus::kFailed, "2"),
                 sent_row(3, RowStatus::kUnknown, "3")};
  result.input("usage_row,\"Usage Status\",usage_reason,USAGE_NEXT_STEP,A,usage_settle,usage_type",
               {R"(u-1,failed,"a, b",old,"x, y",submitted,t1)", "u-2,failed,c", "u-3,failed,d,old,z,,t3,more,"});
  result.write();
  CHECK(result.text("failed.csv") == kOurs + "A,usage_type\n" +
                                         "u-901,failed,reason 1,upload this file,amount 1,\"x, y\",t1\n" +
                                         "u-902,failed,reason 2,upload this file,amount 2,\n");
  CHECK(result.text("unknown.csv").ends_with("settle\",,amount 3,z,t3,more,\n"));
}

TEST_CASE("several files with one header stand in one failed.csv") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "1"), sent_row(2, RowStatus::kFailed, "2")};
  const Input a = write_input(result.temp.path() / "a.csv", "A,B", {"a1,a2"});
  const Input b = write_input(result.temp.path() / "b.csv", "A,B", {"b1,b2"});
  result.rows[0].place = a.places[0];
  result.rows[1].place = b.places[0];
  result.rows[1].file = 1;
  result.summary.files = {a.file, b.file};
  result.write();
  CHECK(result.text("failed.csv")
            .ends_with("upload this file,amount 1,a1,a2\nu-902,failed,reason 2,upload this file,amount 2,b1,b2\n"));
}

namespace {

// The reconciliation's columns behind ours, for row 1 of 5.00.
void check_reconciliation_columns(const ResultCase& result, char delimiter) {
  std::string expected =
      kOurs +
      "line,installed_add_on_sid,billing_sid,quantity,currency,reference,status,reason,http_status,error_code,attempts,"
      "request,twilio_request_id,sent_at,completed_at,settled_by,settled_at,settle_note\n"
      "u-901,failed,reason 1,upload this file,amount 5.00,"
      "2,XE00000000000000000000000000000001,BI00000000000000000000000000000501,5.00,,INV-1,failed,reason "
      "1,,,2,71,,,,,,\n";
  std::replace(expected.begin(), expected.end(), ',', delimiter);
  std::string text = result.text("failed.csv");
  const std::string step = std::string("upload this file") + delimiter;
  CHECK(text.find(step) != std::string::npos);
  CHECK(text == expected);
}

void fill(ResultCase& result, char delimiter = ',') {
  result.rows = {sent_row(1, RowStatus::kFailed, "5.00")};
  result.input("A", {"x"}, "\n", "", delimiter);
}

}  // namespace

TEST_CASE("when the input is gone, the reconciliation's columns stand in for the original ones") {
  ResultCase result;
  fill(result);
  std::filesystem::remove(result.summary.files[0].spool);
  result.write();
  check_reconciliation_columns(result, ',');
  REQUIRE(result.summary.warnings.size() == 1);
  CHECK(result.summary.warnings[0].name == "input-gone");
}

TEST_CASE("an input of the same size but other bytes is not what was read") {
  ResultCase result;
  fill(result, ';');
  write_text(result.summary.files[0].spool, "A\ny\n");
  result.write();
  check_reconciliation_columns(result, ';');
}

TEST_CASE("an input that grew is not what was read") {
  ResultCase result;
  fill(result);
  write_text(result.summary.files[0].spool, "A\nx\nz\n");
  result.write();
  check_reconciliation_columns(result, ',');
}

TEST_CASE("an input that changes while the results are written is found out") {
  ResultCase result;
  fill(result);
  result.rows.push_back(sent_row(2, RowStatus::kSubmitted, "6"));
  result.summary.input_totals = totals_of(result.rows);
  unsigned passes = 0;
  write_results(result.summary, result.folder(), [&](const std::function<void(const RowRecord&)>& visit) {
    visit(result.rows[0]);
    if (++passes == 1) write_text(result.summary.files[0].spool, "A\ny\n");
    visit(result.rows[1]);
  });
  CHECK(passes == 2);
  check_reconciliation_columns(result, ',');
  CHECK(result.summary.totals.rows() == 2);  // not counted twice
  CHECK(result.summary.differences.empty());
}

TEST_CASE("a place that lies outside the input is not trusted") {
  ResultCase result;
  fill(result);
  result.rows[0].place.length = 4000;
  result.write();
  check_reconciliation_columns(result, ',');
}

TEST_CASE(
    "several files with different headers have the reconciliation's columns, and a comma where delimiters differ") {
  ResultCase result;
  fill(result, ';');
  result.summary.files.push_back(write_input(result.temp.path() / "b.csv", "A,B", {"b1,b2"}).file);
  result.write();
  const std::string text = result.text("failed.csv");
  CHECK(text.starts_with(kOurs + "line,installed_add_on_sid,"));
  CHECK(text.find(":2,XE") != std::string::npos);
  REQUIRE(result.summary.warnings.size() == 1);
  CHECK(result.summary.warnings[0].name == "headers-differ");
}

TEST_CASE("different headers are told of only where rows are to be corrected, and not of files that were never read") {
  ResultCase result;
  fill(result);
  result.summary.files.push_back(write_input(result.temp.path() / "b.csv", "A,B", {"b1,b2"}).file);
  result.rows = {sent_row(1, RowStatus::kSubmitted, "5.00")};
  result.write();
  CHECK(result.summary.warnings.empty());
  result.rows = {sent_row(1, RowStatus::kUnknown, "5.00")};
  result.summary.files[1].digest.clear();
  result.write();
  CHECK(result.summary.warnings.empty());
}

TEST_CASE("files with one delimiter but other columns are not mixed") {
  ResultCase result;
  fill(result, ';');
  result.summary.files.push_back(write_input(result.temp.path() / "b.csv", "B", {"b1"}).file);
  result.summary.files.back().delimiter = ';';
  result.write();
  CHECK(result.text("failed.csv")
            .starts_with("usage_row;usage_status;usage_reason;usage_next_step;usage_amount_was;line;installed_"));
  CHECK(result.summary.warnings.at(0).name == "headers-differ");
}

TEST_CASE("when nothing failed the input is not even opened") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kSubmitted, "5.00")};
  result.input("A", {"x"});
  std::filesystem::remove(result.summary.files[0].spool);
  result.write();
  CHECK(result.text("failed.csv") == kOurs + "A\n");
}

TEST_CASE("random records come back byte for byte") {
  const std::uint64_t seed = test_seed("random records");
  std::mt19937_64 random(seed);
  const std::vector<std::string> pieces = {"a", "\"\"", ",", "\"x,\ny\"", " ", "'", ";", "\xC3\xBC", "=", "\"q\""};
  ResultCase result;
  std::vector<std::string> records;
  std::string expected;
  for (unsigned i = 1; i <= 200; ++i) {
    std::string record = "r";
    for (auto left = random() % 12; left > 0; --left) record += pieces[random() % pieces.size()];
    result.rows.push_back(sent_row(i, RowStatus::kInvalid, std::to_string(i)));
    const std::string number = std::to_string(i);
    expected += "u-" + std::to_string(900 + i) + ",invalid,reason " + number +
                ",take the row out if it is billed already or else correct the value and upload this file,amount " +
                number + "," + record + "\n";
    records.push_back(record);
  }
  result.input("H", records);
  result.write();
  CHECK(result.text("failed.csv") == kOurs + "H\n" + expected);
}
