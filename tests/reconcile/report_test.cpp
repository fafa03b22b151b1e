// report.html as text; tests/e2e/report_test.py looks at it in a browser.
#include <doctest/doctest.h>

#include <algorithm>

#include "result_case.h"

using namespace usage;
using namespace usage::test;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// Without markup: what a person reads.
std::string read_by_people(const std::string& html) {
  std::string text;
  bool in_tag = false;
  for (const char c : html.substr(html.find("<body>"))) {
    if (c == '<') in_tag = true;
    if (!in_tag) text += c;
    if (c == '>') {
      in_tag = false;
      if (!text.ends_with('|')) text += '|';
    }
  }
  return text;
}

RowRecord in(std::string currency, RowRecord row) {
  row.currency = std::move(currency);
  return row;
}

RowRecord refused(RowRecord row, int http_status, std::string code, std::string reason) {
  row.http_status = http_status;
  row.error_code = std::move(code);
  row.reason = std::move(reason);
  return row;
}

std::string page_of(ResultCase& result) {
  result.write();
  return result.text("report.html");
}

}  // namespace

TEST_CASE("it says which run, state, account, endpoint's host, times, approval, files, ledger and version it is of") {
  ResultCase result;
  result.summary.approval = Approval{"8e1c0a44-digest", "Grace Hopper"};
  result.summary.content_digest = "c0ffee";
  result.summary.warnings = {{"equal-rows", "2 rows are equal"}};
  result.summary.counts = {11, 13, 2, kNoon + std::chrono::seconds(1), kNoon + std::chrono::seconds(9)};
  result.rows = {sent_row(1, RowStatus::kSubmitted, "44.00")};
  result.input("Original", {"cell"});
  const std::string text = read_by_people(page_of(result));
  for (std::string_view part :
       {"Run 2026-10-3 |finished|", "Run 2026-10-3 of period 2026-10 has finished",
        "AC00000000000000000000000000000001", "|Endpoint|marketplace.twilio.com|", "|Began|2026-10-31 12:00:00 UTC|",
        "|Ended|2026-10-31 12:00:12 UTC|", "|First sent|2026-10-31 12:00:01 UTC|",
        "|Last answer|2026-10-31 12:00:09 UTC|", "|Approved by|Grace Hopper|", "|Plan digest|8e1c0a44-digest|",
        "11 requests, 13 attempts, 2 retries", "|equal-rows|2 rows are equal|", "|Content digest|c0ffee|",
        "usage-uploader 9.8.7", "ledger 0123456789abcdef with 4 runs"})
    CHECK_MESSAGE(has(text, part), part);
  CHECK(has(text, "input.csv|SHA-256 |" + result.summary.files[0].digest + "|1|14|"));
}

TEST_CASE("each state is told in words, and that nothing was sent where nothing was") {
  const auto page = [](SummaryState state, std::string reason) {
    ResultCase result;
    result.summary.state = state;
    result.summary.stop_reason = std::move(reason);
    if (state == SummaryState::kDryRun || state == SummaryState::kRefused) result.summary.run.clear();
    result.rows = {sent_row(1, RowStatus::kNotSent, "44.00")};
    result.rows[0].reason.clear();
    if (state == SummaryState::kDryRun) result.rows[0].reason = "additional: allowed";  // sent, for all that
    return read_by_people(page_of(result));
  };
  CHECK(has(page(SummaryState::kOpen, "SIGINT came"), "|Run 2026-10-3 of period 2026-10 is open: SIGINT came|"));
  CHECK(has(page(SummaryState::kOpen, ""), "|Not sent yet|44.00|1 row, sent by a resume|"));
  CHECK(has(page(SummaryState::kAbandoned, ""), "|Run 2026-10-3 |abandoned|"));
  CHECK(has(page(SummaryState::kAbandoned, ""), "|Not billed|44.00|1 row, proven not billed|"));
  const std::string dry = page(SummaryState::kDryRun, "");
  CHECK(has(dry, "|Nothing was sent. This is what an upload would do.|"));
  CHECK(has(dry, "|Would be sent|44.00|1 row, by an upload of the same|"));
  CHECK_FALSE(has(dry, "Not billed, by cause"));
  CHECK(has(page(SummaryState::kAbandoned, ""), "|not_sent|the run stopped before its turn|upload failed.csv|"));
  CHECK(has(page(SummaryState::kRefused, ""),
            "|when what refused the upload is cleared up: upload the input again, or failed.csv|"));
  CHECK(has(page(SummaryState::kRefused, "2 rows are invalid"),
            "|Nothing was sent. The plan was refused: 2 rows are invalid|"));
}

TEST_CASE("rows and exact amounts stand by outcome and currency, with their sum, the input, and that they agree") {
  ResultCase result;
  result.rows = {in("EUR", sent_row(1, RowStatus::kSubmitted, "123456.890000001")),
                 in("EUR", sent_row(2, RowStatus::kFailed, "0.11")),
                 in("USD", sent_row(3, RowStatus::kDuplicate, "12"))};
  result.rows[0].settled_by = "Ada";
  const std::string html = page_of(result);
  std::string text = read_by_people(html);
  text.erase(std::remove(text.begin(), text.end(), '|'), text.end());
  CHECK(has(text, "The totals close."));
  CHECK(has(text, "submittedof which settled by hand: 1 row, 123456.89000000199.9 %1123456.890000001"));
  CHECK(has(text, "failedunder 0.1 %10.11"));
  CHECK(has(text, "all outcomes2123457.000000001input2123457.000000001"));
  CHECK(has(text, "duplicate100.0 %112.00all outcomes112.00input112.00"));
  CHECK(has(html, "<rect class=\"submitted\" width=\"99.9%\""));
}

TEST_CASE("what could not be read, and credits, do not make what is not billed look smaller") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kFailed, "3"), sent_row(2, RowStatus::kInvalid, "-3"),
                 sent_row(3, RowStatus::kInvalid, "1e3"), sent_row(4, RowStatus::kInvalid, "2")};
  result.rows[0].reason = "HTTP 404";
  result.rows[1].reason = "the quantity is a credit";
  result.rows[2].reason = "the quantity is no number";
  result.rows[2].has_amount = false;
  result.rows[3].reason = "the billing SID is empty";
  const std::string text = read_by_people(page_of(result));
  CHECK(has(text,
            "|Not billed|5.00|3 rows, proven not billed|of which without a readable amount: 1|"
            "credits beside: -3.00 in 1 row|"));
  CHECK(has(text,
            "|the quantity is no number|take the row out if it is billed already or else correct the value and upload "
            "failed.csv|1|not readable|"));
  CHECK(has(text,
            "|the quantity is a credit|take the row out if it is billed already or else correct the value and upload "
            "failed.csv|1|-3.00|"));
}

TEST_CASE("rows without a currency do not pass for the sum of all") {
  ResultCase result;
  result.rows = {in("EUR", sent_row(1, RowStatus::kSubmitted, "7")), sent_row(2, RowStatus::kSubmitted, "5")};
  std::string text = read_by_people(page_of(result));
  CHECK(has(text, "|Submitted|5.00 |no currency|7.00 |EUR|"));
  CHECK(has(text, "|no currency|Outcome|"));
  CHECK_FALSE(has(text, "By outcome"));
  result.rows.pop_back();
  result.rows[0].currency.clear();
  text = read_by_people(page_of(result));
  CHECK(has(text, "|By outcome|Outcome|"));
  CHECK_FALSE(has(text, "no currency"));
}

TEST_CASE("totals that do not close are told with both sides, and none of it says that they do") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kSubmitted, "5"), sent_row(2, RowStatus::kUnknown, "6")};
  result.summary.input_totals = totals_of({sent_row(1, RowStatus::kNotSent, "5")});
  write_results(result.summary, result.folder(), each_of(result.rows));
  const std::string text = read_by_people(result.text("report.html"));
  CHECK(
      has(text, "TOTALS DO NOT CLOSE:| the input has 1 row (0 without an amount), amount 5.00; the result has 2 rows"));
  CHECK_FALSE(has(text, "The totals close"));
}

TEST_CASE("rows that are not billed are grouped by cause, each with the words that failed.csv has") {
  ResultCase result;
  result.rows = {
      refused(sent_row(1, RowStatus::kFailed, "1.5"), 404, "20404", "HTTP 404, code 20404: XE1 was not found"),
      refused(sent_row(2, RowStatus::kFailed, "2"), 404, "20404", "HTTP 404, code 20404: not here"),
      refused(sent_row(3, RowStatus::kFailed, "4"), 403, "", "HTTP 403"),
      sent_row(4, RowStatus::kNotSent, "8"),
      sent_row(5, RowStatus::kNotSent, "16"),
      sent_row(6, RowStatus::kNotSent, "32"),
      sent_row(7, RowStatus::kFailed, "64"),
      refused(sent_row(8, RowStatus::kFailed, "128"), 422, "20001", "HTTP 422, code 20001: item 8 is bad"),
      refused(sent_row(9, RowStatus::kFailed, "256"), 422, "20001", "HTTP 422, code 20001: item 9 is bad")};
  result.rows[3].reason = "held back: line 12 of the same installation is invalid";
  result.rows[4].reason = "held back: line 307 of the same installation is invalid";
  result.rows[3].request = result.rows[4].request = 0;
  result.rows[5].reason.clear();
  result.rows[6].superseded_by = "2026-10-4, line 2";
  const std::string text = read_by_people(page_of(result));
  CHECK(has(
      text,
      "|failed|HTTP 404, code 20404: XE1 was not found|so worded for the first row; the others say it in other words|"
      "check the installation with the customer, then upload failed.csv|2|3.50|"));
  CHECK(has(text,
            "|failed|e.g. HTTP 422, code 20001: item 8 is bad|check the billing SID and the quantity, then upload "
            "failed.csv|2|384.00|"));
  CHECK(has(text, "|failed|HTTP 403|check the installation with the customer, then upload failed.csv|1|4.00|"));
  CHECK(has(text,
            "|not_sent|e.g. held back: line 12 of the same installation is invalid|correct the invalid rows of this "
            "installation, then upload failed.csv|2|24.00|"));
  CHECK(has(text, "|not_sent|the run stopped before its turn|upload failed.csv|1|32.00|"));
  CHECK(has(text, "|Not billed|447.50|8 rows, "));  // without the one that a later row stands for: 511.50 - 64.00
}

TEST_CASE("unknown charges are money at risk: their sum, the first fifty, and where the others are") {
  ResultCase result;
  for (unsigned i = 1; i <= 53; ++i) result.rows.push_back(sent_row(i, RowStatus::kUnknown, "2.01"));
  result.rows[52].superseded_by = "2026-10-4, line 2";
  result.rows[0].sent_at = kNoon;
  result.rows[0].reference = "INV <1>";
  const std::string text = read_by_people(page_of(result));
  CHECK(has(text, "|52 charges, 104.52| may have been billed, or not"));
  CHECK(has(text, "|2|XE" + hex32(1) + "|BI" + hex32(501) +
                      "|INV &lt;1&gt;|reason 1|request 71, sent 2026-10-31 12:00:00 UTC|2.01|"));
  CHECK(has(text, "|51|XE" + hex32(50) + "|BI" + hex32(550) + "|INV-50|reason 50|2.01|"));
  CHECK_FALSE(has(text, "BI" + hex32(551)));
  CHECK(has(text, "The first 50 of 52; all of them are in unknown.csv."));
}

TEST_CASE(
    "the largest installations are ten by currency, whatever their letter case, without invalid and left out rows") {
  ResultCase result;
  for (unsigned i = 1; i <= 12; ++i)
    result.rows.push_back(in("EUR", sent_row(i, RowStatus::kSubmitted, std::to_string(i))));
  result.rows.push_back(in("USD", sent_row(3, RowStatus::kFailed, "500")));
  RowRecord same = in("EUR", sent_row(20, RowStatus::kUnknown, "90"));
  same.installation = "XE" + std::string(31, 'a') + "B";
  result.rows.push_back(same);
  same.installation = "XE" + std::string(31, 'A') + "b";
  same.status = RowStatus::kFailed;
  result.rows.push_back(same);
  result.rows.push_back(in("EUR", sent_row(1, RowStatus::kInvalid, "7000")));
  result.rows.push_back(in("EUR", sent_row(1, RowStatus::kLeftOut, "8000")));
  std::string text = read_by_people(page_of(result));
  text = text.substr(text.find("The largest installations"));
  CHECK(has(text, "|EUR: the largest 10 of 13 installations|"));
  CHECK(has(text, "|XE" + std::string(31, 'a') + "B|failed, unknown|2|180.00|XE" + hex32(12) + "|submitted|1|12.00|"));
  CHECK(has(text, "XE" + hex32(4) + "|submitted|1|4.00|USD: 1 installation|"));
  CHECK(has(text, "|XE" + hex32(3) + "|failed|1|500.00|"));
}

TEST_CASE("who settled charges by hand, as what, and how much, is told") {
  ResultCase result;
  result.rows = {sent_row(1, RowStatus::kSubmitted, "1.25"), sent_row(2, RowStatus::kSubmitted, "2.25"),
                 sent_row(3, RowStatus::kNotSubmitted, "4.25")};
  for (RowRecord& row : result.rows) {
    row.settled_by = "Ada <Lovelace>";
    row.settled_at = kNoon + std::chrono::minutes(row.ordinal);
  }
  result.rows[2].settle_note = "ticket <4711>";
  const std::string text = read_by_people(page_of(result));
  CHECK(has(text, "|Ada &lt;Lovelace&gt;|submitted|2026-10-31 12:01:00 UTC|2|3.50|"));
  CHECK(has(text, "|Ada &lt;Lovelace&gt;|ticket &lt;4711&gt;|not_submitted|2026-10-31 12:02:00 UTC|1|4.25|"));
}

namespace {

DecisionRecord decided(unsigned number, bool sent_again) {
  DecisionRecord one;
  one.run = "2026-10-1";
  one.place = "line " + std::to_string(number);
  one.installation = "XE" + hex32(number);
  one.billing_sid = "BI" + hex32(500 + number);
  one.quantity = "1.25";
  one.currency = "EUR";
  one.status = sent_again ? RowStatus::kNotSubmitted : RowStatus::kSubmitted;
  one.settled_by = "Ada <Lovelace>";
  one.note = "ticket <4711>";
  one.settled_at = kNoon;
  one.latest = RowStatus::kSubmitted;
  one.was_sent_again = sent_again;
  if (!sent_again) return one;
  one.later_run = "2026-10-3";
  one.later_place = "line 9";
  one.later_quantity = one.quantity;
  one.later_currency = one.currency;
  return one;
}

}  // namespace

TEST_CASE("a period lists what people decided, first what was sent again on their word, and how much that is") {
  ResultCase result;
  result.summary.state = SummaryState::kPeriod;
  result.summary.run.clear();
  for (unsigned i = 1; i <= 52; ++i) result.summary.decisions.add(decided(i, i > 50));
  const std::string text = read_by_people(page_of(result));
  CHECK(has(text, "Sent again on a person\xE2\x80\x99s word: 2 charges, 2.50 EUR|"));
  const std::string risky =
      "|not_submitted|by Ada &lt;Lovelace&gt;, 2026-10-31 12:00:00 UTC|ticket &lt;4711&gt;|sent "
      "again by run 2026-10-3, line 9: submitted|1.25|EUR|";
  CHECK(count(text, risky) == 2);
  CHECK(has(text, "BI" + hex32(552) + risky));
  CHECK(text.find("BI" + hex32(551)) < text.find("BI" + hex32(501)));
  CHECK(has(text, "BI" + hex32(548) +
                      "|submitted|by Ada &lt;Lovelace&gt;, 2026-10-31 12:00:00 UTC|ticket "
                      "&lt;4711&gt;|stands|1.25|"));
  CHECK_FALSE(has(text, "BI" + hex32(549)));
  CHECK(has(text, "And 2 more, under |decisions| in what this prints: |usage-uploader show --period 2026-10 --json|"));
  CHECK(
      to_text(result.summary).find("Sent again after a person settled them as not submitted: 2 charges, 2.50 EUR\n") !=
      std::string::npos);
}

TEST_CASE("what became of a decision's charge is told in words") {
  DecisionRecord one = decided(1, true);
  one.later_quantity = "2";
  CHECK(what_became(one) == "sent again by run 2026-10-3, line 9, with 2 EUR: submitted");
  one.latest = RowStatus::kNotSent;
  CHECK(what_became(one) == "sent again, and taken over since by run 2026-10-3, line 9, with 2 EUR, and not sent");
  one.was_sent_again = false;
  CHECK(what_became(one) == "taken over by run 2026-10-3, line 9, with 2 EUR, and not sent");
  one.is_last_word = false;
  CHECK(what_became(one) == "decided anew since");
  CHECK(what_became(decided(1, false)) == "stands");
}

TEST_CASE("a whole period names its runs with their approvals, and counts the charges of each file") {
  ResultCase result;
  result.summary.state = SummaryState::kPeriod;
  result.summary.run.clear();
  result.summary.files.resize(2);
  result.summary.files[1].name = "march.csv";
  result.summary.origins = {{"2026-10-1", SummaryState::kAbandoned, kNoon, std::nullopt},
                            {"2026-10-2",
                             SummaryState::kOpen,
                             kNoon,
                             Approval{"d1", "Grace"},
                             {{RunEventKind::kStarted, "anna@billing1", kNoon}},
                             {{RowStatus::kInvalid, "EUR", 1, 1, {}},
                              {RowStatus::kNotSent, "EUR", 1200, 0, std::get<Amount>(Amount::parse("7.5"))}}}};
  result.rows = {sent_row(1, RowStatus::kSubmitted, "1"), sent_row(2, RowStatus::kUnknown, "2"),
                 sent_row(3, RowStatus::kNotSent, "4")};
  result.rows[1].file = result.rows[2].file = 1;
  const std::string text = read_by_people(page_of(result));
  CHECK(has(text, "|Period 2026-10: 3 charges, each once, in its latest state|"));
  CHECK(has(text, "|2026-10-1|abandoned|2026-10-31 12:00:00 UTC|no approval was required|"));
  CHECK(has(text, "|2026-10-2|open|2026-10-31 12:00:00 UTC|anna@billing1|Grace|d1|1,201|7.50 EUR|"));
  CHECK(has(text, "|march.csv|SHA-256 |2|0|"));
  CHECK(has(text, "add up to the charges that the ledger holds, exactly"));
  CHECK(has(text, "|2026-10-2:3|XE"));
  CHECK(has(text, "of which 1 row waits for a resume"));
}

TEST_CASE("a whole period of very many runs shows the first two hundred, and says where the others are") {
  ResultCase result;
  result.summary.state = SummaryState::kPeriod;
  result.summary.run.clear();
  const auto runs_of = [&](std::size_t runs) {
    result.summary.origins.assign(runs, {"2026-10-1", SummaryState::kFinished, kNoon, std::nullopt});
    return read_by_people(page_of(result));
  };
  CHECK_FALSE(has(runs_of(200), "are in summary.json"));
  const std::string text = runs_of(1201);
  CHECK(count(text, "|2026-10-1|finished|") == 200);
  CHECK(has(text, "|All 1,201 are in summary.json.|"));
}

TEST_CASE("whatever stands in any text, the page has the elements of its literals alone, and loads nothing") {
  const std::string hostile =
      "</style></td><script>x</script>\"><img src=x onerror=y>&lt;\xE2\x80\xAE" + std::string(1, '\0');
  const auto page = [](const std::string& text) {
    ResultCase result;
    result.summary.approval = Approval{text, text};
    result.summary.stop_reason = result.summary.content_digest = result.summary.program_version = text;
    result.summary.ledger.id = result.summary.scope.account = result.summary.scope.endpoint = text;
    result.summary.scope.period = result.summary.run = text;
    result.summary.warnings = {{text, text}};
    result.summary.files.resize(1);
    result.summary.files[0].name = result.summary.files[0].digest = text;
    for (std::size_t i = 0; i < kRowStatusNames.size(); ++i) {
      RowRecord row = sent_row(static_cast<unsigned>(i) + 1, static_cast<RowStatus>(i), "3");
      row.installation = row.billing_sid = row.currency = row.reason = row.error_code = row.reference = text;
      row.settled_by = i == 1 ? text : "";
      row.twilio_request_id = row.settle_note = row.usage_row = text;
      result.rows.push_back(row);
    }
    return page_of(result);
  };
  const std::string plain = page("plain");
  const std::string html = page(hostile);
  for (const char* mark : {"<", ">", "\"", "<td", "<style", "</style>"}) CHECK(count(html, mark) == count(plain, mark));
  CHECK(count(html, "<script") == 0);
  CHECK(count(html, "<img") == 0);
  CHECK(html.find('\0') == std::string::npos);
  CHECK(html.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(has(html, "&lt;script&gt;x&lt;/script&gt;&quot;&gt;&lt;img src=x onerror=y&gt;&amp;lt;??"));
  for (const char* never : {"http:", "https:", "url(", "@import", "src=", "href=", "<link"})
    CHECK(count(plain, never) == 0);
}

TEST_CASE("the page does not grow with rows, however different they are") {
  const auto size = [](unsigned rows) {
    ResultCase result;
    for (unsigned i = 0; i < rows; ++i) {
      RowRecord row = sent_row(1000000 + i, static_cast<RowStatus>(i % kRowStatusNames.size()), "1.25");
      row.reason =
          "cause " + std::string(1 + i % 26, static_cast<char>('a' + i / 26 % 26)) + std::string(i / 676 % 50, 'z');
      row.settled_by = i % 16 == 0 ? "person " + std::to_string(1000000 + i) : "";
      if (row.status == RowStatus::kInvalid) row.installation = "no SID " + std::to_string(1000000 + i);
      result.rows.push_back(row);
    }
    return page_of(result).size();
  };
  const std::size_t few = size(4000);
  CHECK(few < 100'000);
  CHECK(size(40000) < few + 1000);  // counts have more digits
}

TEST_CASE("a link in the report's place is replaced, not followed") {
  ResultCase result;
  write_text(result.temp.path() / "other.html", "other");
  std::filesystem::create_symlink(result.temp.path() / "other.html", result.out / "report.html");
  CHECK(page_of(result).starts_with("<!DOCTYPE html>"));
  CHECK_FALSE(std::filesystem::is_symlink(result.out / "report.html"));
  CHECK(read_file(result.temp.path() / "other.html", 100) == "other");
}
