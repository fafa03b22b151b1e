// Text that comes from outside (cells, replies, file names) on its way to a screen, a log or a report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace usage {

class Amount;

bool is_valid_utf8(std::string_view text);

// Safe to show: control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls, zero-width
// characters and invalid UTF-8 become '?'; cut to max_bytes on a character border, with "..." where it was cut.
std::string clean_text(std::string_view text, std::size_t max_bytes = 500);

// Whether clean_text would change nothing, but for the length.
bool is_clean_text(std::string_view text);

// Valid UTF-8 in which each character that clean_text would replace is written as \uXXXX, as JSON has it.
std::string with_unsafe_as_json_escapes(std::string_view utf8);

// clean_text, and never a formula in a spreadsheet: = + - @, and their full-width forms, get an apostrophe before them
// at the beginning, and behind a , ; or |, where a spreadsheet of another delimiter would begin a cell.
std::string clean_cell(std::string_view text, std::size_t max_bytes = 500);

// The same without a copy where nothing has to be changed; else a view of `kept`.
std::string_view clean_text(std::string_view text, std::size_t max_bytes, std::string& kept);
std::string_view clean_cell(std::string_view text, std::size_t max_bytes, std::string& kept);

// How an input is called in messages and files: cleaned, and "-" by what it is.
inline constexpr std::string_view kStandardInput = "standard input";
std::string shown_name(std::string_view file);

std::string ascii_lower(std::string_view text);
bool ascii_equal_ignoring_case(std::string_view a, std::string_view b);
// Whether two texts may say the same of one thing: each may be missing (empty), and then says nothing.
bool may_be_same(std::string_view a, std::string_view b);
std::string_view trim_blanks(std::string_view text);  // spaces and tabs at both ends
std::string_view trim_unseen(std::string_view text);  // line breaks and no-break spaces (U+00A0), too

// The host of a URL, and its port where one stands.
std::string host_of(std::string_view url);

std::string grouped(std::uint64_t n);  // "1,000"
// "1 row", "1,000 rows".
std::string count_of(std::size_t n, std::string_view singular, std::string_view plural);

// "12.50 USD"; the currency, where there is one, is cleaned and cut at 20 bytes.
std::string money_text(const Amount& amount, std::string_view currency);

std::string hex_of(std::string_view bytes);  // two digits a byte, in lower case

// Quoted for a POSIX shell where it needs to be: for the commands in remedies. Safe to show: what a screen would obey
// is written in octal, as $'...' has it.
std::string shell_word(std::string_view text);
// Likewise of a path, or "-" for stdin: one that would be taken for an option is written as "./-o.csv".
std::string shell_path(std::string_view path);

// Of a text that begins at a character's beginning: where its last character begins, which may be cut.
std::size_t begin_of_last_character(std::string_view utf8);

}  // namespace usage
