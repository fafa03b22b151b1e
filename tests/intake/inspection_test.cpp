#include "usage/intake/inspection.h"

#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

class InspectionCase : public IntakeCase {
 public:
  Inspection look(const std::string& text, const InspectionOptions& options = {}) const {
    return inspect(file(text), options);
  }

  std::string trouble(const std::string& text, const InspectionOptions& options = {}) const {
    try {
      look(text, options);
      return "";
    } catch (const RefusedError& error) {
      return error.name();
    }
  }

  // Of the refusal, without the folder.
  std::string words(const std::string& text, const InspectionOptions& options) const {
    try {
      look(text, options);
      return "";
    } catch (const RefusedError& error) {
      const std::string words = error.what();
      return words.substr(words.find("in.csv"));
    }
  }
};

std::string name_in(const Inspection& found, const RoleFinding& role) {
  return role.column ? found.columns[*role.column].name : "";
}

std::string names_in(const Inspection& found, const std::vector<std::size_t>& columns) {
  std::string names;
  for (std::size_t column : columns) names += (names.empty() ? "" : "|") + found.columns.at(column).name;
  return names;
}

// `rows` rows of a customer, both SIDs and an amount, "1.50", "2.50" and so on.
std::string export_text(int rows, const std::string& header = "Customer,Where,What,Net Amount\n") {
  std::string text = header;
  for (int i = 1; i <= rows; ++i) {
    text += "C" + std::to_string(i) + "," + sid("XE", i) + "," + sid("BI", i % 3) + "," + std::to_string(i) + ".50\n";
  }
  return text;
}

}  // namespace

TEST_CASE("SIDs are found by what stands in the cells, amounts by their name among the columns of numbers") {
  const InspectionCase t;
  const Inspection found = t.look(export_text(5));
  CHECK(name_in(found, found.installation) == "Where");
  CHECK(name_in(found, found.billing_sid) == "What");
  CHECK(name_in(found, found.quantity) == "Net Amount");
  CHECK(found.rows == 5);
  CHECK(found.sampled_rows == 5);
  CHECK(found.header_line == 1);
  CHECK_FALSE(found.reference.column);
  CHECK_FALSE(found.currency.column);
}

TEST_CASE("the delimiter is the one under which header and rows agree") {
  const InspectionCase t;
  const std::string name = "A, B and C";
  for (const char delimiter : std::string(";\t|")) {
    CAPTURE(delimiter);
    const std::string d(1, delimiter);
    const Inspection found =
        t.look("Kunde" + d + "Betrag" + d + "Art\n" + name + d + "1,50" + d + "x, y\n" + name + d + "2,75" + d + "z\n");
    CHECK(found.delimiter == delimiter);
    CHECK(names_in(found, {0, 1, 2}) == "Kunde|Betrag|Art");
    CHECK(name_in(found, found.quantity) == "Betrag");
  }
}

TEST_CASE("lines above the header are passed over, padded or not, with blank lines among them") {
  const InspectionCase t;
  for (const char* above : {"Acme Corp\nSales\n\n", "\"Acme, Inc\",,,\nOctober 1-31,,,\n\n", "\n\n\nReport,,,\n"}) {
    CAPTURE(above);
    const Inspection found = t.look(above + export_text(4));
    CHECK(found.columns.at(3).name == "Net Amount");
    CHECK(found.rows == 4);
    CHECK(name_in(found, found.installation) == "Where");
  }
  CHECK(t.look("Acme\n\n" + export_text(3)).header_line == 3);
  CHECK(t.look("Acme\n\n" + export_text(3)).lines_above == 1);
}

TEST_CASE("a header line that is given is taken, and refused where no row begins there") {
  const InspectionCase t;
  const std::string text = "Customer,Total\nRegion,Sum\nAlder,1.50\nBirch,2.50\n";
  CHECK(t.look(text).header_line == 1);
  InspectionOptions second;
  second.header_line = 2;
  CHECK(t.look(text, second).columns.at(1).name == "Sum");
  CHECK(t.look(text, second).rows == 2);
  second.header_line = 17;
  CHECK(t.trouble(text, second) == "inspect-header");
  CHECK(t.words(text, second) == "in.csv: no row begins at line 17");
}

TEST_CASE("a header line below the rows that are looked at is said to be that, and not to be missing") {
  const InspectionCase t;
  const std::string text = export_text(249) + export_text(20);  // the header again in line 251
  InspectionOptions options;
  for (const std::uint32_t line : {201U, 251U, 271U}) {
    CAPTURE(line);
    options.header_line = line;
    CHECK(t.words(text, options) ==
          "in.csv: line " + std::to_string(line) + " lies below the 200 rows among which inspect looks for the header");
  }
  options.header_line = 272;
  CHECK(t.words(text, options) == "in.csv: no row begins at line 272");
  options.header_line = 200;
  CHECK(t.words(text, options).empty());
}

TEST_CASE("likewise where the text goes on for more than a block") {
  const InspectionCase t;
  InspectionOptions options;
  options.header_line = 30'000;
  const std::string text = export_text(40'000);
  CHECK(text.size() > 2'000'000);
  CHECK(t.words(text, options).find("line 30000 lies below the 200 rows") != std::string::npos);
  options.header_line = 50'000;
  CHECK(t.words(text, options) == "in.csv: no row begins at line 50000");
}

TEST_CASE("two columns of SIDs, or a name that stands there twice, leave a role open") {
  const InspectionCase t;
  const Inspection two = t.look("Where,Before,Amount\n" + sid("XE", 1) + "," + sid("XE", 2) + ",1.50\n");
  CHECK_FALSE(two.installation.column);
  CHECK(names_in(two, two.installation.candidates) == "Where|Before");
  const Inspection doubled = t.look("Where,What,What\n" + sid("XE", 1) + "," + sid("BI", 2) + ",x\n");
  CHECK_FALSE(doubled.billing_sid.column);
  CHECK(doubled.billing_sid.candidates == std::vector<std::size_t>{1});
}

TEST_CASE("prices, taxes, balances, units and invoice totals are no line's amount") {
  const InspectionCase t;
  const Inspection found = t.look(
      "Total,TaxTotal,InvoiceAmountPaid,InvoiceAmountDue,Quantity,UnitAmount,LineAmount,TaxAmount,AccountCode,Balance\n"
      "23.00,3.00,23.00,0.00,2,10.00,20.00,3.00,200,23.00\n");
  CHECK(name_in(found, found.quantity) == "LineAmount");
  const Inspection german = t.look("Menge;Einzelpreis;Nettowert;Steuerbetrag\n2;1,50;3,00;0,57\n");
  CHECK(name_in(german, german.quantity) == "Nettowert");
}

TEST_CASE("where two columns may as well be the amount, or none has a name for it, the role stays open") {
  const InspectionCase t;
  const Inspection two = t.look("Amount,Value\n1.50,2.75\n");
  CHECK_FALSE(two.quantity.column);
  CHECK(names_in(two, two.quantity.candidates) == "Amount|Value");
  const Inspection none = t.look("Price,Total,Name\n1.50,2.75,x\n");
  CHECK_FALSE(none.quantity.column);
  CHECK(names_in(none, none.quantity.candidates) == "Price|Total");
  const Inspection words = t.look("Amount,Name\nmuch,x\nlittle,y\n");
  CHECK_FALSE(words.quantity.column);
}

TEST_CASE("Quantity is taken for money only where no column speaks of money") {
  const InspectionCase t;
  const Inspection plain = t.look("Customer,Quantity\nAlder,1.50\n");
  CHECK(name_in(plain, plain.quantity) == "Quantity");
  const Inspection priced = t.look("Customer,Quantity,Unit Price\nAlder,1.50,2.75\n");
  CHECK_FALSE(priced.quantity.column);
}

TEST_CASE("a reference differs in every row and has the name of a line's id") {
  const InspectionCase t;
  const Inspection lines = t.look("Invoice,Invoice Line ID,Amount\nI1,L1,1.50\nI1,L2,2.75\n");
  CHECK(name_in(lines, lines.reference) == "Invoice Line ID");
  const Inspection counters = t.look("Invoice,Line ID,Amount\nI1,1,1.50\nI1,2,2.75\nI2,1,3.25\n");
  CHECK_FALSE(counters.reference.column);
  const Inspection numbers = t.look("Document No,Amount\nD1,1.50\nD2,2.75\n");
  CHECK_FALSE(numbers.reference.column);
  CHECK(names_in(numbers, numbers.reference.candidates) == "Document No");
}

TEST_CASE("a currency needs codes in its cells and a word in its name") {
  const InspectionCase t;
  const Inspection found = t.look("Country,Curr.,Amount\nUSA,USD,1.50\nDEU,EUR,2.75\n");
  CHECK(name_in(found, found.currency) == "Curr.");
  const Inspection country = t.look("Country,Amount\nUSA,1.50\nDEU,2.75\n");
  CHECK_FALSE(country.currency.column);
  CHECK(names_in(country, country.currency.candidates) == "Country");
}

TEST_CASE("keys for look-ups are offered only where no column holds the SIDs") {
  const InspectionCase t;
  const Inspection open = t.look("CustomerNo,Item Code,Amount\nC7,SMS,1.50\nC8,FEE,2.75\n");
  CHECK(names_in(open, open.installation_keys) == "CustomerNo");
  CHECK(names_in(open, open.billing_sid_keys) == "Item Code");
  const Inspection found = t.look(export_text(3));
  CHECK(found.installation_keys.empty());
  CHECK(found.billing_sid_keys.empty());
}

TEST_CASE("columns of few values are offered for filters, those whose name speaks of a state first") {
  const InspectionCase t;
  std::string text = "Region,Type,Status,Amount\n";
  for (int i = 0; i < 6; ++i)
    text += std::string(i < 3 ? "north" : "south") + ",Invoice" + (i == 5 ? "s" : "") + "," +
            (i == 0 ? "Draft" : "Sent") + "," + std::to_string(i) + ".25\n";
  const Inspection found = t.look(text);
  CHECK(names_in(found, found.statuses) == "Status|Type|Region");
  CHECK(found.columns[2].few_values == std::vector<std::pair<std::string, std::uint64_t>>{{"Draft", 1}, {"Sent", 5}});
}

TEST_CASE("a total line at the end is found and held against the exact sum of all rows above it") {
  const InspectionCase t;
  const Inspection right = t.look(export_text(3) + ",,Total,7.50\n");
  REQUIRE(right.total);
  CHECK(right.total->line == 5);
  CHECK(right.total->agrees);
  const Inspection wrong = t.look(export_text(3) + "Total,,,7.51\n");
  REQUIRE(wrong.total);
  CHECK_FALSE(wrong.total->agrees);
  CHECK(wrong.total->rows_sum->text() == "7.50");
  const Inspection footer = t.look(export_text(3) + "Total,,,7.50\n\nAccrual basis Monday\n");
  REQUIRE(footer.total);
  CHECK(footer.total->line == 5);
  CHECK(footer.total->agrees);
  CHECK_FALSE(t.look(export_text(3)).total);
}

TEST_CASE("a total of amounts that cannot all be read agrees with nothing") {
  const InspectionCase t;
  const std::string charge = "Acme," + sid("XE", 9) + "," + sid("BI", 9);
  const Inspection found = t.look(export_text(12) + charge + ",see note\n" + "Total,,,84.00\n");
  REQUIRE(found.total);
  CHECK_FALSE(found.total->rows_sum);
  CHECK_FALSE(found.total->agrees);
}

TEST_CASE("only the first 10,000 rows are sampled, and the total is still that of all") {
  const InspectionCase t;
  std::string text = export_text(10'005);
  text += "Total,,,50060017.50\n";  // 10,005 halves more than 1 + 2 + ... + 10,005
  const Inspection found = t.look(text);
  CHECK(found.rows == 10'006);
  CHECK(found.sampled_rows == 10'000);
  REQUIRE(found.total);
  CHECK(found.total->rows_sum->text() == "50060017.50");
  CHECK(found.total->agrees);
}

TEST_CASE("with very many columns fewer rows are sampled") {
  const InspectionCase t;
  std::string header = "c0";
  std::string row = "x";
  for (int i = 1; i < 50'000; ++i) {
    header += ",c" + std::to_string(i);
    row += ",";
  }
  std::string text = header + "\n";
  for (int i = 0; i < 30; ++i) text += row + "\n";
  const Inspection found = t.look(text);
  CHECK(found.rows == 30);
  CHECK(found.sampled_rows == 20);
}

TEST_CASE("rows of another shape are counted and not sampled") {
  const InspectionCase t;
  const Inspection found = t.look(export_text(6) + "a,b\n");
  CHECK(found.misshapen_rows == 1);
  CHECK(found.columns[0].filled == 6);
}

TEST_CASE("quoted cells may hold delimiters and line breaks") {
  const InspectionCase t;
  const Inspection found = t.look("Name,\"Amount, net\"\n\"Alder,\nOld Road\",\"1,204.50\"\nBirch,7.25\n");
  CHECK(found.rows == 2);
  CHECK(name_in(found, found.quantity) == "Amount, net");
  CHECK(found.columns[1].number.grouping == DigitGrouping::kComma);
}

TEST_CASE("result files of our own are recognised") {
  const InspectionCase t;
  CHECK(t.look("usage_row,usage_status,InstalledAddOnSid,BillingSid,Amount\nR-1-1,failed,x,y,1.50\n").is_own_result);
  CHECK_FALSE(t.look(export_text(2)).is_own_result);
}

TEST_CASE("what is no table is refused, and damage as everywhere else") {
  const InspectionCase t;
  CHECK(t.trouble("Dear customer\nthank you for nothing\n") == "inspect-header");
  CHECK(t.trouble("1.50,2.75\n3.25,4.50\n") == "inspect-header");
  CHECK(t.trouble("") == "inspect-header");
  CHECK(t.trouble(export_text(3) + "C4,\"never closed\n") == "input-quote");
}

TEST_CASE(
    "UTF-16 with a byte order mark is found by itself; without one, and 8-bit text, it is a guess that is said to be") {
  const InspectionCase t;
  const auto utf16le = [](const std::string& ascii) {
    std::string bytes;
    for (char c : ascii) bytes += std::string(1, c) + '\0';
    return bytes;
  };
  const Inspection marked = t.look("\xFF\xFE" + utf16le(export_text(3)));
  CHECK(marked.encoding == Encoding::kUtf16Le);
  CHECK(marked.encoding_source == EncodingSource::kFound);
  const Inspection bare = t.look(utf16le(export_text(3)));
  CHECK(bare.encoding == Encoding::kUtf16Le);
  CHECK(bare.encoding_source == EncodingSource::kGuessed);
  CHECK(bare.rows == 3);
  const Inspection western =
      t.look(export_text(2) + "Caf\xE9 \x96 Bar," + sid("XE", 9) + "," + sid("BI", 9) + ",3.25\n");
  CHECK(western.encoding == Encoding::kWindows1252);
  CHECK(western.encoding_source == EncodingSource::kGuessed);
  CHECK(western.rows == 3);
  const Inspection plain = t.look(export_text(2));
  CHECK(plain.encoding == Encoding::kUtf8);
  CHECK(plain.encoding_source == EncodingSource::kFound);
}

TEST_CASE("an encoding that is given is taken, and one that does not fit is refused") {
  const InspectionCase t;
  InspectionOptions options;
  options.encoding = Encoding::kIso8859_1;
  const std::string text = export_text(2) + "Caf\xE9," + sid("XE", 9) + "," + sid("BI", 9) + ",3.25\n";
  CHECK(t.look(text, options).encoding == Encoding::kIso8859_1);
  CHECK(t.look(text, options).encoding_source == EncodingSource::kGiven);
  options.encoding = Encoding::kUtf8;
  CHECK(t.trouble(text, options) == "input-encoding");
}

TEST_CASE("bytes that are text in no encoding are refused as not UTF-8") {
  const InspectionCase t;
  CHECK(t.trouble(export_text(2) + "\x81\x02,x,y,z\n") == "input-encoding");
}
