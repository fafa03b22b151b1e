// SIDs, above all the two that identify a charge. Source of the forms: Twilio's OpenAPI document of the Marketplace
// API.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usage {

// The form of Twilio's SIDs: the prefix, which is two letters, and 32 hex digits.
bool is_sid(std::string_view text, std::string_view prefix);

// InstalledAddOnSid: exactly 34 characters, ^XE[0-9a-fA-F]{32}$.
bool is_installation_sid(std::string_view text);

// BillingSid: the document states no form; every example is BI and 32 hex digits. Another form deserves a warning.
bool is_usual_billing_sid(std::string_view text);

// Whether the text can be a BillingSid at all: 1 to 256 bytes of printable ASCII without spaces.
bool is_possible_billing_sid(std::string_view text);

// What identifies a SID: hex digits are the same in any letter case, so they are lowered ("XEAB.." and "XEab.." are one
// installation); "bi" before them is BI. A billing SID of another form is its own key, letter by letter.
std::string sid_key(std::string_view sid);

// The 32 hex digits behind a SID's two letters, each in four bits; which of them are capitals is kept beside, so that
// the exact spelling comes back. Equal values without capitals: one installation.
struct PackedSid {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::uint32_t capitals = 0;
  friend bool operator==(const PackedSid&, const PackedSid&) = default;
};

// Nothing where the text is no is_sid.
std::optional<PackedSid> pack_sid(std::string_view text, std::string_view prefix);
std::string unpack_sid(const PackedSid& sid, std::string_view prefix);

}  // namespace usage
