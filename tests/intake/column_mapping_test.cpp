#include "../../src/intake/column_mapping.h"

#include <doctest/doctest.h>

using namespace usage;

namespace {

using Header = std::vector<std::string>;
using Named = std::map<std::string, std::string>;

IntakeOptions columns_named(const Named& named) {
  IntakeOptions options;
  options.columns = named;
  return options;
}

// The mapped header cells, in the order of Field: "installation|billing|quantity|reference|currency|usage_row".
std::string mapping_of(const Header& header, const Named& named = {}) {
  const IntakeOptions options = columns_named(named);
  const auto result = map_columns(header, options);
  if (const auto* trouble = std::get_if<MappingTrouble>(&result)) return trouble->name;
  const ColumnMapping m = describe(std::get<MappedColumns>(result).fields, header, options);
  return m.installation + "|" + m.billing_sid + "|" + m.quantity + "|" + m.reference + "|" + m.currency + "|" +
         m.usage_row;
}

MappingTrouble trouble_of(const Header& header, const Named& named = {}) {
  return std::get<MappingTrouble>(map_columns(header, columns_named(named)));
}

Header with(const std::string& quantity, const std::string& other) {
  return {"InstallationSid", "BillingSid", quantity, other};
}

}  // namespace

TEST_CASE("known names are found in any order, whatever their case, spaces, underscores and hyphens") {
  CHECK(mapping_of({"Currency", "billing_sid", "INSTALLED ADD-ON SID", "quantity", "Invoice Line-ID"}) ==
        "INSTALLED ADD-ON SID|billing_sid|quantity|Invoice Line-ID|Currency|");
  CHECK(mapping_of({"installation-sid", "BillableItemSid", "AMOUNT"}) == "installation-sid|BillableItemSid|AMOUNT|||");
}

TEST_CASE("line breaks and no-break spaces in a name are as blanks are, and its flag can be copied") {
  CHECK(mapping_of({"Installation\nSid", "Billing\u00A0Sid", "Amount"}) ==
        "Installation?Sid|Billing\u00A0Sid|Amount|||");
  CHECK(mapping_of({"InstallationSid", "BillingSid", "Net\nValue"}, {{"quantity", "Net Value"}}) ==
        "InstallationSid|BillingSid|Net?Value|||");
  CHECK(trouble_of(with("Quantity", "Unit\nPrice")).remedy.find("quantity=$'Unit\\012Price'") != std::string::npos);
}

TEST_CASE("a header that lacks nothing but an answer is known as one") {
  CHECK(trouble_of(with("Quantity", "Price")).lacks_nothing_else);
  CHECK(trouble_of({"InstallationSid", "BillingSid", "Amount", "amount"}).lacks_nothing_else);
  CHECK_FALSE(trouble_of({"InstallationSid", "Quantity", "Price"}).lacks_nothing_else);
}

TEST_CASE("a missing needed column is refused with what stands there and the flag for it") {
  const auto trouble = trouble_of({"Customer", "BillingSid", "Net"});
  CHECK(trouble.name == "column-missing");
  CHECK(trouble.what.find("Customer, BillingSid, Net") != std::string::npos);
  CHECK(trouble.remedy.find("--column installation=NAME --column quantity=NAME") != std::string::npos);
  CHECK(trouble.remedy.find("billing_sid") == std::string::npos);
}

TEST_CASE("Quantity maps by itself only where no column that speaks of money stands beside it") {
  for (const char* money : {"Amount",
                            "Amount Due",
                            "unit_price",
                            "UNITPRICE",
                            "Rate",
                            "Tax Rate",
                            "rates",
                            "TAXRATE",
                            "UnitRateUsd",
                            "Total",
                            "Sub-Total",
                            "line.amount",
                            "Exchange rate (EUR)",
                            "Net Value",
                            "Cost",
                            "Fee",
                            "Nettobetrag",
                            "Preis",
                            "Umsatz",
                            "Montant HT",
                            "Importe",
                            "Net\nValue",
                            "Unit Cost",
                            "Unit Charge",
                            "Netto",
                            "Brutto",
                            "Invoice Amt",
                            "EUR",
                            "Extended",
                            "Prix HT",
                            "Importo",
                            "Bedrag",
                            "Valor",
                            "Balance"}) {
    CAPTURE(money);
    CHECK(mapping_of(with("Quantity", money)) == "quantity-ambiguous");
  }
  for (const char* other : {"Customer", "Generated On", "Operator", "Strategy", "Corporate", "Separate", "Memo", "",
                            "Charge Type", "FeeCode", "Network", "Net Weight", "Cost Center", "Cost Unit", "Unit",
                            "Europe", "Kostenstelle", "Revenue Account"}) {
    CAPTURE(other);
    CHECK(mapping_of(with("Quantity", other)) == "InstallationSid|BillingSid|Quantity|||");
  }
}

TEST_CASE("the refusal of a Quantity names both columns with their flags") {
  const auto trouble = trouble_of(with("Quantity", "Unit Price"));
  CHECK(trouble.what.find("\"Quantity\" (column 3)") != std::string::npos);
  CHECK(trouble.what.find("\"Unit Price\" (column 4)") != std::string::npos);
  CHECK(trouble.remedy.find("--column quantity=Quantity or --column quantity='Unit Price'") != std::string::npos);
}

TEST_CASE("Amount maps by itself beside a price, a rate or a total") {
  CHECK(mapping_of(with("Amount", "Unit Price")) == "InstallationSid|BillingSid|Amount|||");
}

TEST_CASE("--column decides, also for Quantity beside an amount") {
  CHECK(mapping_of(with("Quantity", "Amount"), {{"quantity", "Quantity"}}) == "InstallationSid|BillingSid|Quantity|||");
  CHECK(mapping_of(with("Quantity", "Amount"), {{"quantity", "amount"}}) == "InstallationSid|BillingSid|Amount|||");
  CHECK(mapping_of({"Site", "Item", "Net", "No", "Cur"}, {{"installation", "Site"},
                                                          {"billing_sid", "Item"},
                                                          {"quantity", "Net"},
                                                          {"reference", "No"},
                                                          {"currency", "Cur"}}) == "Site|Item|Net|No|Cur|");
}

TEST_CASE("--column prefers the name as written over one that only matches loosely") {
  const Header header = {"InstallationSid", "BillingSid", "Net_Sum", "net sum"};
  CHECK(mapping_of(header, {{"quantity", "net sum"}}) == "InstallationSid|BillingSid|net sum|||");
  CHECK(mapping_of(header, {{"quantity", "NetSum"}}) == "column-doubled");
}

TEST_CASE("--column with a name that is not there is refused with what stands there") {
  const auto trouble = trouble_of(with("Quantity", "Memo"), {{"quantity", "Nett"}});
  CHECK(trouble.name == "column-missing");
  CHECK(trouble.what.find("\"Nett\"") != std::string::npos);
  CHECK(trouble.what.find("InstallationSid, BillingSid, Quantity, Memo") != std::string::npos);
  CHECK(mapping_of(with("Quantity", ""), {{"quantity", ""}}) == "column-missing");
}

TEST_CASE("one column cannot be given two meanings") {
  CHECK(mapping_of(with("Amount", "Memo"), {{"reference", "Memo"}, {"currency", "memo"}}) == "column-twice");
  const auto given = trouble_of(with("Amount", "Memo"), {{"reference", "Memo"}, {"currency", "memo"}});
  CHECK(given.what == "--column gives \"Memo\" (column 4) two meanings");
  const auto noted = trouble_of(
      {"usage_row", "usage_columns:currency=Memo;reference=Memo", "InstallationSid", "BillingSid", "Amount", "Memo"});
  CHECK(noted.what == "usage_columns gives \"Memo\" (column 6) two meanings");
  CHECK(noted.remedy == "correct the header: usage_columns names it");
  CHECK(mapping_of(with("Amount", "Memo"), {{"reference", "Amount"}}) == "column-missing");
}

TEST_CASE("a name that two columns could hold is refused where it matters, and only there") {
  CHECK(mapping_of({"InstallationSid", "InstalledAddOnSid", "BillingSid", "Amount"}) == "column-doubled");
  CHECK(mapping_of({"InstallationSid", "BillingSid", "Amount", "amount"}) == "column-doubled");
  CHECK(mapping_of({"InstallationSid", "BillingSid", "Amount", "Currency", "Currency"}) == "column-doubled");
  CHECK(mapping_of({"InstallationSid", "BillingSid", "Amount", "Memo", "Memo"}) ==
        "InstallationSid|BillingSid|Amount|||");
  CHECK(mapping_of({"InstallationSid", "BillingSid", "Amount", "Memo", "Memo"}, {{"reference", "Memo"}}) ==
        "column-doubled");
}

TEST_CASE("an export's Reference is not taken for the invoice line's id") {
  CHECK(mapping_of(with("Amount", "Reference")) == "InstallationSid|BillingSid|Amount|||");
}

TEST_CASE("our own result file: usage_ columns are passed over, the export's own are mapped") {
  CHECK(mapping_of({"usage_row", "usage_status", "usage_amount_was", "InstallationSid", "BillingSid", "Quantity"}) ==
        "InstallationSid|BillingSid|Quantity|||usage_row");
  CHECK(mapping_of({"usage_row", "usage_row", "InstallationSid", "BillingSid", "Quantity"}) == "column-doubled");
  CHECK(mapping_of({"usage_row", "usage_settle", "InstallationSid", "BillingSid", "Net"}, {{"quantity", "Net"}}) ==
        "InstallationSid|BillingSid|Net|||usage_row");
}

TEST_CASE("a reconciliation is mapped by its own names, whatever a profile names") {
  const Header header = {"line",   "installed_add_on_sid", "billing_sid", "quantity", "currency", "reference",
                         "status", "twilio_request_id",    "usage_row"};
  const std::string expected = "installed_add_on_sid|billing_sid|quantity|reference|currency|usage_row";
  CHECK(mapping_of(header) == expected);
  CHECK(mapping_of(header, {{"quantity", "Betrag"}}) == expected);
}
