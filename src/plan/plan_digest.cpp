#include "usage/plan/plan_digest.h"

#include <array>

#include "usage/base/digest.h"
#include "usage/base/list_text.h"
#include "usage/base/text.h"

namespace usage {
namespace {

struct Part {
  std::string PlanDigest::*text;
  std::size_t digits;
  std::string_view words;
};
constexpr std::array<Part, 5> kParts = {
    Part{&PlanDigest::scope, 8, "the ledger, endpoint, account or period"},
    Part{&PlanDigest::content, 8, "the rows of the files"},
    Part{&PlanDigest::sent, 8,
         "what is sent, how it is split into requests, for which charge, as additional to what, or what may be sent "
         "again"},
    Part{&PlanDigest::unsent, 8, "which rows are not sent"},
    Part{&PlanDigest::all, 32, ""},
};

class Fields {
 public:
  Fields& add(std::string_view text) {
    digest_.add(std::to_string(text.size()) + ":");
    digest_.add(text);
    return *this;
  }
  Fields& add(std::uint64_t number) { return add(std::to_string(number)); }
  std::string end() { return digest_.hex(); }

 private:
  Sha256 digest_;
};

}  // namespace

PlanDigest digest_of_plan(const std::string& ledger_id, const Scope& scope, const UsageInput& input, const Plan& plan,
                          SendingWaivers waivers) {
  Fields sent;
  Fields unsent;
  std::uint64_t ordinal = 0;
  each_planned_row(input, plan, [&](const NewRow& row) {
    const bool is_sent = row.request != 0;
    Fields& fields = is_sent ? sent : unsent;
    fields.add(ordinal++).add(name_of(row.status)).add(static_cast<std::uint64_t>(row.charge));
    if (is_sent) fields.add(row.request).add(row.position).add(row.installation).add(row.billing_sid).add(row.quantity);
  });
  for (const AdditionalRow& row : plan.meeting.additional) sent.add(row.row).add(row.beside);
  if (waivers.retry_503) sent.add("retry-503");
  if (waivers.reposts > 0) sent.add("repost-unsubmitted").add(std::uint64_t{waivers.reposts});
  PlanDigest whole;
  whole.scope = Fields().add(ledger_id).add(scope.endpoint).add(scope.account).add(ascii_lower(scope.period)).end();
  whole.content = plan.meeting.content_digest;
  whole.sent = sent.end();
  whole.unsent = unsent.end();
  Fields all;
  for (const Part& part : kParts) all.add(whole.*part.text);
  whole.all = all.end();
  for (const Part& part : kParts) (whole.*part.text).resize(part.digits);
  return whole;
}

std::string text_of(const PlanDigest& digest) {
  return list_text(kParts, "-", [&digest](const Part& part) { return digest.*part.text; });
}

std::optional<PlanDigest> read_plan_digest(std::string_view text) {
  PlanDigest digest;
  for (const Part& part : kParts) {
    const std::string_view digits = text.substr(0, part.digits);
    const bool is_hex = digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (digits.size() != part.digits || !is_hex) return std::nullopt;
    digest.*part.text = digits;
    text.remove_prefix(part.digits);
    const bool is_last = &part == &kParts.back();
    if (is_last != text.empty() || (!is_last && text.front() != '-')) return std::nullopt;
    if (!is_last) text.remove_prefix(1);
  }
  return digest;
}

std::vector<std::string> differences(const PlanDigest& approved, const PlanDigest& now) {
  std::vector<std::string> found;
  for (const Part& part : kParts)
    if (!part.words.empty() && approved.*part.text != now.*part.text) found.emplace_back(part.words);
  if (found.empty() && approved != now) found.emplace_back("something that its short parts do not tell");
  return found;
}

std::optional<Refusal> refuse_other_plan(const PlanDigest& approved, const PlanDigest& now) {
  const std::string text = list_text(differences(approved, now), "; ");
  if (text.empty()) return std::nullopt;
  return Refusal{"approval-differs", "this is not the plan that was approved; other than approved: " + text,
                 "look at the plan again with --dry-run, and have its digest approved"};
}

}  // namespace usage
