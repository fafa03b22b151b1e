// The two identifiers of a charge. Source of the forms: Twilio's OpenAPI document of the Marketplace API.
#pragma once

#include <string>
#include <string_view>

namespace usage {

// InstalledAddOnSid: exactly 34 characters, ^XE[0-9a-fA-F]{32}$.
bool is_installation_sid(std::string_view text);

// BillingSid: the document states no form; every example is BI and 32 hex digits. Another form deserves a warning.
bool is_usual_billing_sid(std::string_view text);

// Whether the text can be a BillingSid at all: 1 to 256 bytes of printable ASCII without spaces.
bool is_possible_billing_sid(std::string_view text);

// What identifies a SID: hex digits are the same in any letter case, so they are lowered ("XEAB.." and "XEab.." are one
// installation). A billing SID of unusual form is its own key, letter by letter.
std::string sid_key(std::string_view sid);

}  // namespace usage
