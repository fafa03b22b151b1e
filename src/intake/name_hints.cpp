#include "name_hints.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "usage/base/ascii.h"
#include "usage/base/text.h"

namespace usage {
namespace {

using Words = std::vector<std::string>;

// Letters and digits; bytes of other alphabets count as letters.
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// "InvoiceAmountDue" and "invoice amount_due" are three words each, in small letters.
Words words_of(std::string_view name) {
  Words words;
  bool in_word = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool hump = i > 0 && is_capital_letter(name[i]) && is_small_letter(name[i - 1]);
    if (is_word(name[i]) && (!in_word || hump)) words.emplace_back();
    in_word = is_word(name[i]);
    if (in_word) words.back() += ascii_lower(name.substr(i, 1));
  }
  return words;
}

bool has_any(const Words& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
  });
}

// For languages that write a word as one: "Nettowert", "Kundennummer".
bool has_any_within(const Words& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](std::string_view part) { return word.find(part) != std::string::npos; });
  });
}

// Read as whole units, 1250 cents would be billed as 1250.
bool is_in_other_unit(const Words& words) {
  return has_any(words,
                 {"cent", "cents", "pence", "minor", "micros", "thousand", "thousands", "teur", "k\u20AC", "t\u20AC"});
}

bool speaks_of_other_money(const Words& words) {
  return has_any(words,
                 {"tax",      "vat",      "gst",         "cgst",   "sgst",    "igst",        "cess",     "unit",
                  "price",    "rate",     "qty",         "paid",   "due",     "balance",     "saldo",    "discount",
                  "percent",  "gross",    "brutto",      "open",   "sub",     "subtotal",    "cost",     "shipping",
                  "exchange", "adjusted", "adjustment",  "base",   "account", "code",        "no",       "number",
                  "nr",       "id",       "date",        "weight", "margin",  "outstanding", "running",  "remaining",
                  "applied",  "withheld", "withholding", "fee",    "credit",  "debit",       "previous", "estimated",
                  "budget",   "planned",  "forecast"}) ||
         is_in_other_unit(words) ||
         has_any_within(words, {"quantity", "menge", "preis", "steuer", "rabatt", "mwst", "ust", "brutto", "einzel"});
}

}  // namespace

int line_amount_score(std::string_view name) {
  const Words words = words_of(name);
  if (speaks_of_other_money(words)) return 0;
  int score = 0;
  if (has_any(words, {"amount", "value", "montant", "importe"}) || has_any_within(words, {"betrag", "wert"})) score = 2;
  if (has_any(words, {"total", "sum"}) || has_any_within(words, {"summe", "gesamt"})) score = std::max(score, 1);
  if (score == 0) return 0;
  if (has_any(words, {"line", "item", "row", "position", "pos", "detail"}) || has_any_within(words, {"zeile"})) {
    score += 2;
  }
  if (has_any(words, {"net"}) || has_any_within(words, {"netto"})) score += 1;
  return score;
}

// "Charge Type" and "FeeCode" name no sum; nor does "Cost Unit", but "Unit Cost" does.
bool names_a_sum_of_money(std::string_view name) {
  Words words = words_of(name);
  if (words.size() > 1 && words.front() == "unit") words.erase(words.begin());
  if (has_any(words,
              {"id",     "sid",      "code",        "date",      "type",    "kind",     "name",  "no",    "nr",
               "number", "key",      "description", "reference", "ref",     "status",   "unit",  "units", "weight",
               "terms",  "days",     "center",      "centre",    "account", "category", "group", "class", "plan",
               "period", "schedule", "object",      "model",     "method",  "list"}) ||
      has_any_within(words, {"kostenstelle", "kostenart", "kostentr", "preisliste"}))
    return false;
  return has_any(words, {"value",  "cost",     "costs",   "charge",   "charges", "fee",     "fees",    "net",
                         "gross",  "revenue",  "sum",     "subtotal", "montant", "importe", "importo", "umsatz",
                         "amt",    "extended", "balance", "prix",     "precio",  "prezzo",  "bedrag",  "valor",
                         "valore", "eur",      "euro",    "usd",      "gbp",     "chf"}) ||
         has_any_within(words, {"betrag", "preis", "kosten", "summe", "gesamt", "netto", "brutto"});
}

bool speaks_of_currency(std::string_view name) {
  const Words words = words_of(name);
  return has_any(words, {"curr", "ccy"}) ||
         has_any_within(words, {"currenc", "waehrung", "w\u00E4hr", "devise", "moneda", "valuta"});
}

bool speaks_of_invoice_line(std::string_view name) {
  const Words words = words_of(name);
  // What a contract has as a line comes again each month.
  if (has_any(words, {"contract", "order", "subscription", "agreement", "schedule"})) return false;
  return has_any(words, {"line", "row", "position", "zeile"}) &&
         has_any(words, {"id", "key", "uid", "guid", "unique", "reference", "ref"});
}

bool speaks_of_identifier(std::string_view name) {
  const Words words = words_of(name);
  return has_any(words, {"id", "no", "nr", "num", "number", "reference", "ref", "key", "guid", "doc", "document",
                         "invoice", "position", "item"}) ||
         has_any_within(words, {"nummer", "beleg", "rechnung"});
}

bool speaks_of_product(std::string_view name) {
  return has_any(words_of(name), {"item", "product", "sku", "service", "stock", "plan", "nominal", "inventory",
                                  "itemcode", "material"}) ||
         has_any_within(words_of(name), {"artikel", "produkt", "article"});
}

bool speaks_of_customer(std::string_view name) {
  const Words words = words_of(name);
  if (has_any(words, {"code", "user", "bank", "nominal", "ledger"}) || speaks_of_product(name)) return false;
  return has_any(words, {"customer", "client", "contact", "account", "debtor", "sold", "name", "company", "subscriber",
                         "tenant", "cardcode", "entity"}) ||
         has_any_within(words, {"kunde", "debitor", "auftraggeber"});
}

int state_score(std::string_view name) {
  const Words words = words_of(name);
  if (has_any(words, {"status", "state"})) return 3;
  if (has_any(words, {"cancelled", "canceled", "void", "voided", "draft", "posted", "approved"}) ||
      has_any_within(words, {"storn", "cancel"})) {
    return 2;
  }
  return has_any(words, {"type", "kind", "art", "category", "class", "sent"}) ? 1 : 0;
}

bool says_total(std::string_view cell) {
  const Words words = words_of(cell);
  if (words.empty() || words.size() > 4) return false;
  return has_any(words, {"total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "endsumme"});
}

}  // namespace usage
