// The three lists of a file's rows, merged back into input order.
#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "usage/base/text.h"
#include "usage/model/reason_words.h"
#include "usage/plan/plan.h"

namespace usage {
namespace {

std::string reason_of(const InvalidRow& row) {
  std::string reason;
  for (const RowProblem& problem : row.problems) {
    if (!reason.empty()) reason += "; ";
    if (!problem.column.empty()) reason += problem.column + ": ";
    reason += problem.reason;
  }
  return reason;
}

// Where the rows that are sent go, asked for one after the other in input order: an installation's requests stand one
// behind the other, and have its rows in that order.
class RequestPlaces {
 public:
  struct Place {
    std::uint32_t request = 0;   // number in the run, from 1
    std::uint32_t position = 0;  // within the request's items
  };

  RequestPlaces(const UsageInput& input, const Plan& plan)
      : requests_(plan.requests), next_(input.installations.size()) {
    for (std::uint32_t i = 0; i < requests_.size(); ++i) {
      Place& next = next_[requests_[i].installation];
      if (next.request == 0) next.request = i + 1;
    }
  }

  Place take(std::uint32_t installation, std::uint32_t row) {
    Place& next = next_[installation];
    if (next.request != 0 && next.position == requests_[next.request - 1].rows.size()) next = {next.request + 1, 0};
    const bool is_there =
        next.request != 0 && next.request <= requests_.size() && requests_[next.request - 1].rows[next.position] == row;
    if (!is_there) throw std::logic_error("row " + std::to_string(row) + " is not where its request has it");
    return {next.request, next.position++};
  }

 private:
  const RowGroups& requests_;
  std::vector<Place> next_;  // by installation
};

class RowVisitor {
 public:
  RowVisitor(const UsageInput& input, const Plan& plan, const std::function<void(const NewRow&)>& visit)
      : input_(input), plan_(plan), places_(input, plan), visit_(visit) {}

  void valid(std::size_t i) {
    const UsageRow& row = input_.rows[i];
    const std::string quantity = row.quantity.text();
    NewRow out = base(row, RowStatus::kNotSent);
    out.installation = input_.installations[row.installation];
    out.billing_sid = input_.billing_sids[row.billing_sid];
    out.quantity = quantity;
    out.has_amount = true;
    if (row.reference != kNoText) out.reference = input_.references[row.reference];
    if (!input_.usage_rows.empty()) out.usage_row = input_.usage_rows[i];
    const auto index = static_cast<std::uint32_t>(i);
    if (is_sent(input_, plan_, index)) {
      const RequestPlaces::Place place = places_.take(row.installation, index);
      out.request = place.request;
      out.position = place.position;
    }
    const std::string reason = stand(index, out);
    out.reason = reason;
    visit_(out);
  }

  // How a valid row stands to the charges; returns its reason where it is not sent.
  std::string stand(std::uint32_t i, NewRow& out) const {
    const auto held = plan_.held_back.find(input_.rows[i].installation);
    const bool is_held_back = held != plan_.held_back.end();
    const auto met = plan_.meeting.rows.find(i);
    out.role = ChargeRole::kNew;
    if (met != plan_.meeting.rows.end()) {
      out.charge = met->second.charge;
      out.met = out.charge;
      out.status = met->second.status;
      out.role = out.status == RowStatus::kNotSent ? ChargeRole::kTakes : ChargeRole::kMeets;
      if (out.role == ChargeRole::kMeets) return met->second.reason;
    } else if (const auto corrects = plan_.meeting.corrects.find(i); corrects != plan_.meeting.corrects.end()) {
      out.charge = corrects->second;
      out.met = out.charge;
    }
    const std::string* beside = additional_beside(i);
    const std::string reason = beside == nullptr ? "" : std::string(kAdditionalWords) + *beside;
    // What nobody allowed is not owed yet: a later upload must ask again. It keeps the name of the charge that it was
    // to stand for, by which it can be corrected.
    if (is_held_back && beside != nullptr) out.role = out.charge == 0 ? ChargeRole::kNone : ChargeRole::kMeets;
    if (is_held_back)
      return std::string(kHeldBackWords).append(held->second).append(kOfInvalidWords) + (reason.empty() ? "" : "; ") +
             reason;
    const std::string before = in_place_of(i);
    return reason + (reason.empty() || before.empty() ? "" : "; ") + before;
  }

  // Empty where the row takes no charge's place, or one of its own amount and SIDs.
  std::string in_place_of(std::uint32_t row) const {
    const auto found = std::ranges::lower_bound(plan_.meeting.corrected, row, {}, &CorrectedRow::row);
    if (found == plan_.meeting.corrected.end() || found->row != row) return "";
    return std::string(kInPlaceWords) + money_text(found->was, found->currency) +
           (found->moved_from.empty() ? "" : " of " + found->moved_from) + ", " + found->place;
  }

  const std::string* additional_beside(std::uint32_t row) const {
    const auto& list = plan_.meeting.additional;
    const auto found = std::lower_bound(list.begin(), list.end(), row,
                                        [](const AdditionalRow& a, std::uint32_t wanted) { return a.row < wanted; });
    return found == list.end() || found->row != row ? nullptr : &found->beside;
  }

  void invalid(std::size_t i) {
    const InvalidRow& row = input_.invalid[i];
    unreadable(row, RowStatus::kInvalid, reason_of(row), row.charge, row.usage_row);
  }
  void left_out(std::size_t i) {
    unreadable(input_.left_out[i], RowStatus::kLeftOut, input_.left_out[i].reason, 0, "");
  }

 private:
  template <class Row>
  NewRow base(const Row& row, RowStatus status) const {
    NewRow out;
    out.place = row.place;
    out.file = row.file;
    out.status = status;
    out.currency = input_.currencies[row.currency];
    return out;
  }

  template <class Row>
  void unreadable(const Row& row, RowStatus status, const std::string& reason, RowId charge,
                  std::string_view usage_row) {
    NewRow out = base(row, status);
    out.role = charge == 0 ? ChargeRole::kNone : ChargeRole::kMeets;
    out.charge = charge;
    out.usage_row = usage_row;
    out.met = charge;
    out.installation = row.installation;
    out.billing_sid = row.billing_sid;
    out.quantity = row.quantity;
    out.has_amount = row.amount.has_value();
    out.reference = row.reference;
    out.reason = reason;
    visit_(out);
  }

  const UsageInput& input_;
  const Plan& plan_;
  RequestPlaces places_;
  const std::function<void(const NewRow&)>& visit_;
};

template <class Row>
std::tuple<std::size_t, std::uint64_t> place_of(const std::vector<Row>& rows, std::size_t i) {
  if (i == rows.size()) return {SIZE_MAX, 0};
  return {rows[i].file, rows[i].place.offset};
}

}  // namespace

bool is_sent(const UsageInput& input, const Plan& plan, std::uint32_t row) {
  if (!plan.held_back.empty() && plan.held_back.contains(input.rows[row].installation)) return false;
  if (plan.meeting.rows.empty()) return true;
  const auto met = plan.meeting.rows.find(row);
  return met == plan.meeting.rows.end() || met->second.status == RowStatus::kNotSent;
}

void each_planned_row(const UsageInput& input, const Plan& plan, const std::function<void(const NewRow&)>& visit) {
  RowVisitor visitor(input, plan, visit);
  std::size_t valid = 0;
  std::size_t invalid = 0;
  std::size_t left_out = 0;
  for (std::size_t n = input.row_count(); n > 0; --n) {
    const auto v = place_of(input.rows, valid);
    const auto i = place_of(input.invalid, invalid);
    const auto l = place_of(input.left_out, left_out);
    if (v < i && v < l)
      visitor.valid(valid++);
    else if (i < l)
      visitor.invalid(invalid++);
    else
      visitor.left_out(left_out++);
  }
}

}  // namespace usage
