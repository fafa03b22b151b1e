#include "../../src/cli/file_plan.h"

#include <doctest/doctest.h>

#include "intake/intake_case.h"

using namespace usage;

TEST_CASE("a file planned alone has the digest of its content, and each valid row goes out") {
  const test::IntakeCase folder;
  const std::string row = test::sid("XE", 1) + "," + test::sid("BI", 1) + ",";
  UsageInput input =
      read_rows({folder.file("InstallationSid,BillingSid,Amount\n" + row + "1\n" + row + "2\n")}, {}, {});
  const std::string digest = digest_of_content(input);
  const FilePlan file = plan_alone(std::move(input), {});
  CHECK(file.plan.meeting.content_digest == digest);
  CHECK(file.plan.requests.rows().size() == 2);
  CHECK(file.input.warnings.empty());
}

TEST_CASE("a file planned alone has the warnings of rows held against each other once, and is refused where asked") {
  const test::IntakeCase folder;
  const std::string row = test::sid("XE", 1) + "," + test::sid("BI", 1) + ",1\n";
  FileOptions options;
  options.fail_on = {"equal-rows"};
  const FilePlan file =
      plan_alone(read_rows({folder.file("InstallationSid,BillingSid,Amount\n" + row + row)}, {}, {}), options);
  REQUIRE(file.input.warnings.size() == 1);
  CHECK(file.input.warnings[0].name == "equal-rows");
  REQUIRE(file.plan.refusals.size() == 1);
}
