#include <iostream>

#include "endpoint_findings.h"
#include "findings.h"
#include "machine_findings.h"
#include "usage/base/json_writer.h"
#include "usage/cli/commands.h"

namespace usage {
namespace {

void print_text(const std::vector<Finding>& findings) {
  constexpr std::size_t kNameWidth = 21;
  for (const Finding& finding : findings) {
    std::string line(name_of(finding.state));
    line.resize(10, ' ');
    line += finding.name;
    line.resize(std::max(line.size() + 1, 10 + kNameWidth), ' ');
    std::cout << line << finding.text << '\n';
    if (!finding.remedy.empty()) std::cout << std::string(10, ' ') << "what to do: " << finding.remedy << '\n';
  }
  std::cout << std::flush;
}

void print_json(const std::vector<Finding>& findings, ExitStatus status) {
  JsonWriter json(JsonLayout::kIndented);
  json.begin_object().key("checks").begin_array();
  for (const Finding& finding : findings) {
    json.begin_object().key("name").value(finding.name).key("state").value(name_of(finding.state));
    json.key("text").value(finding.text).key("remedy").value(finding.remedy).end_object();
  }
  json.end_array().key("exit_status").value(static_cast<int>(status)).end_object();
  std::cout << json.text() << std::endl;
}

}  // namespace

ExitStatus check(const CheckOptions& options, const CommandContext& context) {
  std::vector<Finding> findings = look_at_machine(options, context);
  for (Finding& finding : look_at_endpoint(options.sending.curl, context.clock)) findings.push_back(std::move(finding));
  const ExitStatus status = status_of(findings);
  if (context.common.output == OutputForm::kJson)
    print_json(findings, status);
  else
    print_text(findings);
  return status;
}

}  // namespace usage
