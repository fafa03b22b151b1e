// What several JSON texts have in common.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "usage/base/json_writer.h"
#include "usage/ledger/records.h"

namespace usage {

// The control totals that agreed when it was begun: "9,000 rows, 61234.50 EUR"; empty where none were given.
std::string control_totals_of(const RunInfo& run);
// In a few members, as `runs`, `show --period` and a period's summary.json have it.
void write_run_json(JsonWriter& json, const RunInfo& run);

// Members of an object: "currency", "rows", "rows_without_amount", "amount".
void write_total(JsonWriter& json, const Total& total);
// NAME: [...], one such object a currency.
void write_sums(JsonWriter& json, std::string_view name, std::span<const Total> totals);
// [...], of objects with "status", "currency", "rows", "amount": where each row has an amount.
void write_by_status(JsonWriter& json, std::span<const Total> totals);

void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time);  // null: there is none
void write_warnings(JsonWriter& json, std::span<const Warning> warnings);                       // "warnings": [...]

}  // namespace usage
