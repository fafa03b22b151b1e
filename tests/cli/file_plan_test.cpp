#include "../../src/cli/file_plan.h"

#include <doctest/doctest.h>

#include "../../src/cli/plan_report.h"
#include "intake/intake_case.h"

using namespace usage;

TEST_CASE("a file planned alone has the digest of its content, and each valid row goes out") {
  const test::IntakeCase folder;
  const std::string row = test::sid("XE", 1) + "," + test::sid("BI", 1) + ",";
  UsageInput input =
      read_rows({folder.file("InstallationSid,BillingSid,Amount\n" + row + "1\n" + row + "2\n")}, {}, {});
  const std::string digest = digest_of_content(input);
  const FilePlan file = plan_alone(std::move(input), {}, ContentDigest::kWanted);
  CHECK(file.plan.meeting.content_digest == digest);
  CHECK(file.plan.requests.rows().size() == 2);
  CHECK(file.input.warnings.empty());
}

TEST_CASE("a file planned alone has the warnings of rows held against each other once, and is refused where asked") {
  const test::IntakeCase folder;
  const std::string row = test::sid("XE", 1) + "," + test::sid("BI", 1) + ",1\n";
  FileOptions options;
  options.fail_on = {"equal-rows"};
  const FilePlan file = plan_alone(read_rows({folder.file("InstallationSid,BillingSid,Amount\n" + row + row)}, {}, {}),
                                   options, ContentDigest::kNotWanted);
  REQUIRE(file.input.warnings.size() == 1);
  CHECK(file.input.warnings[0].name == "equal-rows");
  REQUIRE(file.plan.refusals.size() == 1);
}

TEST_CASE("the plan's text lists currencies in the order of their names, wherever they stand in the file") {
  const test::IntakeCase folder;
  std::string rows = "InstallationSid,BillingSid,Amount,Currency,Status\n";
  const auto row = [&](int n, const std::string& amount, const std::string& currency, const char* status) {
    rows += test::sid("XE", n) + "," + test::sid("BI", 1) + "," + amount + "," + currency + "," + status + "\n";
  };
  for (const char* currency : {"USD", "CHF", "EUR"}) row(1, "4", currency, "Paid");
  for (const char* currency : {"USD", "CHF", "EUR"}) row(2, "3", currency, "Open");
  for (const char* currency : {"USD", "CHF", "EUR"}) row(3, "2", currency, "Open");
  row(3, "much", "USD", "Open");
  FileOptions options;
  options.intake.where = {{"Status", RowFilter::Test::kEquals, "Open"}};
  options.plan.on_invalid = OnInvalid::kHoldBack;
  const FilePlan file = plan_alone(read_rows({folder.file(rows)}, options.intake, {}), options, ContentDigest::kWanted);
  const std::string text = plan_text(file.input, file.plan, overview_of(file.input, file.plan));
  std::size_t at = 0;
  for (const char* line :
       {"Left out      1 row, 4.00 CHF", "Left out      1 row, 4.00 EUR", "Left out      1 row, 4.00 USD",
        "Amount        5.00 CHF", "Amount        5.00 EUR", "Amount        5.00 USD", "To send       3.00 CHF",
        "To send       3.00 EUR", "To send       3.00 USD", "Held back     2.00 CHF", "Held back     2.00 EUR",
        "Held back     2.00 USD"}) {
    const std::size_t found = text.find(line, at);
    CHECK_MESSAGE(found != std::string::npos, line << " is missing, or stands too early, in\n" << text);
    if (found != std::string::npos) at = found;
  }
}
