// A file's rows and a period's charges in a few words each, and what they make of each other.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "usage/base/sid.h"
#include "usage/base/text.h"
#include "usage/plan/meeting.h"
#include "usage/plan/plan.h"

namespace usage::test {

inline constexpr RowStatus kSubmitted = RowStatus::kSubmitted;
inline constexpr RowStatus kUnknown = RowStatus::kUnknown;
inline constexpr RowStatus kFailed = RowStatus::kFailed;
inline constexpr RowStatus kLeftOut = RowStatus::kLeftOut;

inline std::string sid_of(const char* prefix, unsigned n) {
  const std::string digits = std::to_string(n);
  return prefix + std::string(32 - digits.size(), '0') + digits;
}
inline std::string xe(unsigned n) {
  return sid_of("XE", n);
}
inline std::string bi(unsigned n) {
  return sid_of("BI", n);
}
inline Quantity money(std::string_view text) {
  return std::get<Quantity>(Quantity::parse(text));
}
inline Amount sum(std::string_view text) {
  return std::get<Amount>(Amount::parse(text));
}

// A file with the columns installation, item, amount, reference, usage_row and currency. Lines from 2 on.
class FileCase {
 public:
  FileCase() {
    input.files.emplace_back();
    input.files.back().name = "october.csv";
    input.files.back().mapping.reference = "Invoice Line";
  }

  // One of our own result files.
  FileCase& of_ours() {
    input.files.back().mapping.usage_row = "usage_row";
    return *this;
  }

  // Somebody emptied the last row's usage_amount_was.
  FileCase& confirmed() {
    input.confirmed_amounts.emplace_back(input.rows.back().file, input.rows.back().place.offset);
    return *this;
  }

  // What follows stands in a further file of the same upload.
  FileCase& next_file(std::string name) {
    input.files.push_back(input.files.front());
    input.files.back().name = std::move(name);
    line_ = 1;
    return *this;
  }

  FileCase& row(unsigned installation, unsigned item, std::string_view amount, std::string_view reference = "",
                std::string_view usage_row = "", std::string_view currency = "") {
    UsageRow row{next_place(), money(amount)};
    row.installation = installation_index(xe(installation));
    row.billing_sid = index_of(input.billing_sids, bi(item));
    if (!reference.empty()) row.reference = index_of(input.references, std::string(reference));
    row.currency = static_cast<std::uint16_t>(index_of(input.currencies, std::string(currency)));
    row.file = static_cast<std::uint16_t>(input.files.size() - 1);
    input.rows.push_back(row);
    if (!usage_row.empty()) input.usage_rows.resize(input.rows.size());
    if (!input.usage_rows.empty()) {
      input.usage_rows.resize(input.rows.size());
      input.usage_rows.back() = usage_row;
    }
    return *this;
  }

  FileCase& invalid_row(unsigned installation, std::string_view usage_row = "") {
    InvalidRow row;
    row.place = next_place();
    row.installation_index = installation_index(xe(installation));
    row.quantity = "1e3";
    row.usage_row = usage_row;
    row.problems.push_back({0, row.place.line, "quantity-form", "Amount", "1e3", "an exponent", "write it out"});
    input.invalid.push_back(row);
    return *this;
  }

  UsageInput input;

 private:
  RowPlace next_place() {
    ++line_;
    return {line_ * 100ULL, 90, line_};
  }
  std::uint32_t installation_index(const std::string& sid) {
    const std::string key = sid_key(sid);
    for (std::uint32_t i = 0; i < input.installations.size(); ++i)
      if (sid_key(input.installations[i]) == key) return i;
    input.installations.push_back(sid);
    return static_cast<std::uint32_t>(input.installations.size() - 1);
  }
  static std::uint32_t index_of(std::vector<std::string>& table, const std::string& text) {
    const auto found = std::find(table.begin(), table.end(), text);
    if (found != table.end()) return static_cast<std::uint32_t>(found - table.begin());
    table.push_back(text);
    return static_cast<std::uint32_t>(table.size() - 1);
  }
  std::uint32_t line_ = 1;
};

inline const Scope kOctober{"https://example.test", "AC7", "2026-10"};

// What a ledger would answer, from a plain list. usage_row "R-N" names charge N, and "I-N" the invalid row N.
class KnownCase {
 public:
  KnownCase& charge(unsigned installation, unsigned item, std::string_view amount, RowStatus status, RunId run = 1,
                    std::string_view reference = "", const Scope& scope = kOctober) {
    const RowId id = static_cast<RowId>(charges_.size()) + 1;
    const KnownCharge known{.charge = id,
                            .run = run,
                            .made_in = run,
                            .run_name = scope.period + "-" + std::to_string(run),
                            .place = "line " + std::to_string(id + 1),
                            .installation = xe(installation),
                            .billing_sid = bi(item),
                            .quantity = money(amount),
                            .currency = "",
                            .reference = std::string(reference),
                            .status = status,
                            .sent_at = std::nullopt,
                            .is_billed_late = false,
                            .moved_from = ""};
    charges_.push_back({scope, known});
    return *this;
  }

  // Another row stands for the last charge now than the one that made it.
  KnownCase& made_in(RunId run) {
    charges_.back().charge.made_in = run;
    return *this;
  }

  // A person settled the last charge as submitted, after it had been settled as not submitted.
  KnownCase& billed_late() {
    charges_.back().charge.is_billed_late = true;
    return *this;
  }

  // The last charge's.
  KnownCase& in_currency(std::string currency) {
    charges_.back().charge.currency = std::move(currency);
    return *this;
  }

  // An earlier row of the last charge had this reference.
  KnownCase& had_reference(std::string reference) {
    earlier_references_.emplace_back(charges_.back().charge.charge, std::move(reference));
    return *this;
  }

  // An earlier row of the last charge had this amount.
  KnownCase& had_amount(std::string_view amount) {
    earlier_amounts_.emplace_back(charges_.back().charge.charge, money(amount));
    return *this;
  }

  // A row that met the last charge, as its duplicate or while it was in doubt, had this reference.
  KnownCase& met_with(std::string reference) {
    met_references_.emplace_back(charges_.back().charge.charge, std::move(reference));
    return *this;
  }

  // Row `id` was invalid in that run, whose file had rows that made these charges as well.
  KnownCase& invalid_row(RowId id, unsigned installation, unsigned item, std::string_view amount, RunId run,
                         std::vector<RowId> others, std::string_view reference = "", const Scope& scope = kOctober) {
    std::vector<LineOfFile>& lines = in_file_[run];
    for (const RowId other : others) lines.push_back({other, false});
    lines.push_back({id, false});
    std::ranges::sort(lines);
    std::optional<Quantity> quantity;
    if (!amount.empty()) quantity = money(amount);
    invalid_.push_back({id, run, 0, scope, scope.period + "-" + std::to_string(run), "line " + std::to_string(id),
                        xe(installation), bi(item), "", std::string(reference), quantity});
    return *this;
  }

  // And a row that only met the charge.
  KnownCase& met_in(RunId run, RowId charge) {
    in_file_[run].push_back({charge, true});
    std::ranges::sort(in_file_[run]);
    return *this;
  }

  // As FileCase::invalid_row says it, in an earlier run.
  KnownCase& invalid_line(const std::string& name, unsigned installation, std::string reference) {
    lines_.push_back({name, xe(installation), bi(1), "1e3", "", std::move(reference)});
    return *this;
  }

  // The charge stood there before a correction moved it.
  KnownCase& moved_from(RowId charge, unsigned installation, unsigned item) {
    KnownCharge moved = charges_.at(static_cast<std::size_t>(charge) - 1).charge;
    moved.moved_from = bi(item);
    moved_.emplace_back(xe(installation), moved);
    return *this;
  }

  LedgerView view(const Scope& scope = kOctober) const {
    LedgerView view;
    view.scope = scope;
    view.account_has_runs = true;
    view.charges_of = [this, scope](std::string_view installation) {
      std::vector<KnownCharge> found;
      for (const ScopedCharge& known : charges_)
        if (known.scope.period == scope.period && sid_key(known.charge.installation) == sid_key(installation))
          found.push_back(known.charge);
      for (const auto& [left, charge] : moved_)
        if (sid_key(left) == sid_key(installation)) found.push_back(charge);
      return found;
    };
    view.places_of = [this](RowId charge) {
      const KnownCharge& known = charges_.at(static_cast<std::size_t>(charge) - 1).charge;
      std::vector<ChargePlace> places = {{known.installation, known.billing_sid, known.run}};
      if (!known.reference.empty()) places.front().references.push_back(known.reference);
      for (const auto& [id, reference] : earlier_references_)
        if (id == charge) places.front().references.push_back(reference);
      for (const auto& [left, moved] : moved_)
        if (moved.charge == charge) places.push_back({left, moved.moved_from, known.run - 1});
      return places;
    };
    view.find_charge = [this](std::string_view usage_row) -> std::optional<ScopedCharge> {
      for (const ScopedCharge& known : charges_)
        if (usage_row == "R-" + std::to_string(known.charge.charge)) return known;
      return std::nullopt;
    };
    view.find_uncorrected = [this](std::string_view usage_row) -> std::optional<UncorrectedRow> {
      for (const UncorrectedRow& row : invalid_)
        if (usage_row == "I-" + std::to_string(row.row)) return row;
      return std::nullopt;
    };
    view.lines_of_file = [this](RunId run, std::uint16_t) { return in_file_.at(run); };
    view.invalid_lines = [this] { return lines_; };
    view.billed_elsewhere = [this, scope](std::string_view installation, std::string_view billing_sid,
                                          std::string_view reference) -> std::optional<ScopedCharge> {
      for (const ScopedCharge& known : charges_)
        if (known.scope.period != scope.period && sid_key(known.charge.installation) == sid_key(installation) &&
            sid_key(known.charge.billing_sid) == sid_key(billing_sid) && known.charge.reference == reference)
          return known;
      return std::nullopt;
    };
    view.met_elsewhere = [this, scope](std::string_view installation, std::string_view billing_sid,
                                       std::string_view reference) -> std::optional<ScopedCharge> {
      for (const auto& [id, met] : met_references_) {
        const ScopedCharge& known = charges_.at(static_cast<std::size_t>(id) - 1);
        if (met == reference && known.scope.period != scope.period && known.charge.installation == installation &&
            known.charge.billing_sid == billing_sid)
          return known;
      }
      return std::nullopt;
    };
    view.billed_with_reference = [this](const std::vector<std::string>& references) {
      std::vector<ScopedCharge> found;
      for (const ScopedCharge& known : charges_) {
        const RowStatus status = known.charge.status;
        const bool counts = status == kSubmitted || status == kUnknown || status == kLeftOut;
        if (!counts || !std::ranges::binary_search(references, known.charge.reference)) continue;
        found.push_back(known);
        for (const auto& [id, amount] : earlier_amounts_)
          if (id == known.charge.charge) found.push_back({known.scope, known.charge, amount});
      }
      return found;
    };
    return view;
  }

 private:
  std::vector<ScopedCharge> charges_;
  std::vector<std::pair<RowId, std::string>> earlier_references_;
  std::vector<std::pair<RowId, Quantity>> earlier_amounts_;
  std::vector<std::pair<RowId, std::string>> met_references_;
  std::vector<std::pair<std::string, KnownCharge>> moved_;  // by the installation that they left
  std::vector<UncorrectedRow> invalid_;
  std::map<RunId, std::vector<LineOfFile>> in_file_;  // sorted
  std::vector<InvalidLine> lines_;
};

// What became of each valid row, in input order: "new", "corrects 90", "takes 3", "duplicate 3", "unknown 3"; a "+"
// behind it where it is additional. Then the invalid ones: "invalid reference-submitted 3".
inline std::vector<std::string> fates(UsageInput input, const KnownCase& known) {
  const Meeting meeting = meet_ledger(input, known.view());
  std::vector<std::string> list;
  for (std::uint32_t i = 0; i < input.rows.size(); ++i) {
    const auto met = meeting.rows.find(i);
    const auto corrects = meeting.corrects.find(i);
    std::string text = corrects == meeting.corrects.end() ? "new" : "corrects " + std::to_string(corrects->second);
    if (met != meeting.rows.end())
      text = (met->second.status == RowStatus::kNotSent ? "takes" : std::string(name_of(met->second.status))) + " " +
             std::to_string(met->second.charge);
    for (const AdditionalRow& row : meeting.additional)
      if (row.row == i) text += " +";
    list.push_back(text);
  }
  for (const InvalidRow& row : input.invalid)
    list.push_back("invalid " + row.problems.front().name + " " + std::to_string(row.charge));
  return list;
}

using Fates = std::vector<std::string>;

inline std::vector<std::string> names_of(const std::vector<Refusal>& refusals) {
  std::vector<std::string> names;
  for (const Refusal& refusal : refusals) names.push_back(refusal.name);
  return names;
}

}  // namespace usage::test
