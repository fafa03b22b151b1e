// Words of a row's reason by which another room reads back what happened to the row. Where they are reworded, the old
// ones must still be read: ledgers and reconciliations that were written before have them.
#pragma once

#include <string_view>

namespace usage {

// A row of an installation that has an invalid one, and what more is to be said of it behind "; ".
inline constexpr std::string_view kHeldBackWords = "held back: ";
inline constexpr std::string_view kOfInvalidWords = " of the same installation is invalid";

// Beside what charge of its item, where a row is additional.
inline constexpr std::string_view kAdditionalWords = "additional: beside ";

// "2026-10-1, line 7": whose place the row took, and which row took its.
inline constexpr std::string_view kInPlaceWords = "in place of ";
inline constexpr std::string_view kSupersededWords = "superseded by ";

// Of a row that met a charge: how that stands, and "run 2026-10-1, line 7".
inline constexpr std::string_view kSubmittedWords = "already submitted: ";
inline constexpr std::string_view kRunWords = "run ";
inline constexpr std::string_view kInDoubtWords = "in doubt";
inline constexpr std::string_view kSettleFirstWords = "; settle it first";

}  // namespace usage
