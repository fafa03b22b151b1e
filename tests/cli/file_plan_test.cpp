#include "../../src/cli/file_plan.h"

#include <doctest/doctest.h>

#include "intake/intake_case.h"

using namespace usage;

TEST_CASE("a file planned alone has the digest of its content, and each valid row goes out") {
  const test::IntakeCase folder;
  const std::string row = test::sid("XE", 1) + "," + test::sid("BI", 1) + ",";
  UsageInput input = folder.read("InstallationSid,BillingSid,Amount\n" + row + "1\n" + row + "2\n");
  const std::string digest = digest_of_content(input);
  const FilePlan file = plan_alone(std::move(input), {});
  CHECK(file.plan.meeting.content_digest == digest);
  CHECK(file.plan.requests.rows().size() == 2);
}
