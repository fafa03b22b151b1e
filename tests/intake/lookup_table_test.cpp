#include "../../src/intake/lookup_table.h"

#include <doctest/doctest.h>

#include "intake_case.h"

using namespace usage;
using namespace usage::test;

namespace {

// The export's rows have a customer and an item instead of SIDs.
class LookupCase : public IntakeCase {
 public:
  std::string customers(const std::string& text) const { return file(text, "customers.csv"); }

  IntakeOptions options(const std::string& table, const std::string& column = "CustomerNo") const {
    IntakeOptions options;
    options.lookups["installation"] = {table, column};
    options.constants["billing_sid"] = sid("BI", 7);
    return options;
  }

  std::string refusal_of(const std::string& table) const {
    try {
      read(kExport, options(customers(table)));
      return "";
    } catch (const RefusedError& error) {
      const std::string text = error.what();
      return text.substr(text.find("customers.csv") + 13);
    }
  }

  inline static const std::string kExport = "CustomerNo,Amount\n0815,1.5\n815,2.5\n";
};

}  // namespace

TEST_CASE("the installation is looked up by the export's own key, the billing SID is the constant") {
  const LookupCase files;
  const std::string table =
      files.customers("Name;InstalledAddOnSid;CustomerNo\nA;" + sid("XE", 1) + ";0815\nB;" + sid("XE", 2) + "; 815 \n");
  const UsageInput input = files.read(LookupCase::kExport, files.options(table));
  REQUIRE(input.rows.size() == 2);
  CHECK(input.installations[input.rows[0].installation] == sid("XE", 1));
  CHECK(input.installations[input.rows[1].installation] == sid("XE", 2));
  CHECK(input.billing_sids[input.rows[0].billing_sid] == sid("BI", 7));
  CHECK(input.files[0].mapping.installation.empty());
  CHECK(input.files[0].mapping.installation_key == "CustomerNo");
  CHECK(input.files[0].mapping.billing_sid_constant == sid("BI", 7));
}

TEST_CASE("billing SIDs are looked up likewise, with both keys in one export") {
  const LookupCase files;
  IntakeOptions options = files.options(files.customers("CustomerNo,InstallationSid\nK1," + sid("XE", 4) + "\n"));
  options.constants.clear();
  options.lookups["billing_sid"] = {files.file("Item,billing_sid\nSMS," + sid("BI", 5) + "\nVoice,vo\n", "items.csv"),
                                    "Item"};
  const UsageInput input = files.read("Item,CustomerNo,Amount\nVoice,K1,3.5\nFax,K1,4.5\n", options);
  REQUIRE(input.rows.size() == 1);
  CHECK(input.billing_sids[input.rows[0].billing_sid] == "vo");
  CHECK(problems_of(input) == "3:lookup-missing");
}

TEST_CASE("in a table of two columns one may have any name") {
  const LookupCase files;
  const auto first_sid = [&](const std::string& table) {
    const UsageInput input = files.read("CustomerNo,Amount\nK1,1.5\n", files.options(files.customers(table)));
    return input.installations.at(0);
  };
  CHECK(first_sid("CustomerNo,Twilio\nK1," + sid("XE", 1) + "\n") == sid("XE", 1));
  CHECK(first_sid("InstallationSid,Kunde\n" + sid("XE", 2) + ",K1\n") == sid("XE", 2));
  CHECK(files.refusal_of("Kunde,Twilio\nK1," + sid("XE", 1) + "\n").find(":1: the table needs one column") == 0);
  CHECK(files.refusal_of("CustomerNo,Twilio,More\nK1," + sid("XE", 1) + ",x\n").find(":1: the table needs") == 0);
}

TEST_CASE("a key that the table lacks is a problem of the row that names the key and the table") {
  const LookupCase files;
  const std::string table = files.customers("CustomerNo,InstallationSid\n815," + sid("XE", 2) + "\n");
  const UsageInput input = files.read("CustomerNo,Amount\n0815,1.5\n,2.5\n815,3.5\n", files.options(table));
  CHECK(quantities_of(input) == "3.5");
  CHECK(problems_of(input) == "2:lookup-missing 3:lookup-key-empty");
  const RowProblem& problem = input.invalid[0].problems[0];
  CHECK(problem.value == "0815");
  CHECK(problem.column == "CustomerNo");
  CHECK(problem.reason.find("customers.csv has no row with this key") != std::string::npos);
  CHECK(input.invalid[0].amount->text() == "1.50");
}

TEST_CASE("a key without a SID, as of a customer without the add-on, is a problem of the rows that have it only") {
  const LookupCase files;
  const std::string table =
      files.customers("CustomerNo,Name,InstallationSid\n815,A," + sid("XE", 1) + "\n0815,B,\n816,C, \n");
  CHECK(quantities_of(files.read("CustomerNo,Amount\n815,1.5\n", files.options(table))) == "1.5");
  const UsageInput input = files.read(LookupCase::kExport, files.options(table));
  CHECK(quantities_of(input) == "2.5");
  CHECK(problems_of(input) == "2:lookup-missing");
  CHECK(input.invalid[0].problems[0].reason.find("customers.csv has no SID for this key") != std::string::npos);
  CHECK(input.invalid[0].amount->text() == "1.50");
  CHECK(files.refusal("0815,570\nCustomerNo,Amount\n815,8\n", files.options(table)) == "charges-above-header");
}

TEST_CASE("a table that is not in order is refused with its line") {
  const LookupCase files;
  const std::string header = "CustomerNo,InstallationSid\n";
  const std::string good = "K1," + sid("XE", 1) + "\n";
  CHECK(files.refusal_of(header + good + "K2," + sid("XE", 2) + "\nK1," + sid("XE", 1) + "\n") ==
        ":4: the key \"K1\" already stands at line 2");
  CHECK(files.refusal_of(header + good + "K2,BI123\n").find(":3: \"BI123\" of key \"K2\": ") == 0);
  CHECK(files.refusal_of(header + good + "K2,\nK2," + sid("XE", 2) + "\n") ==
        ":4: the key \"K2\" already stands at line 3");
  CHECK(files.refusal_of(header + good + "K1,\n") == ":3: the key \"K1\" already stands at line 2");
  CHECK(files.refusal_of(header + good + "," + sid("XE", 2) + "\n") == ":3: the key is empty");
  CHECK(files.refusal_of(header + good + "K2," + sid("XE", 2) + ",more\n") ==
        ":3: the row has another shape than its header");
  CHECK(files.refusal_of(header) == ":1: there is a header and no row below it");
  CHECK(files.refusal("CustomerNo,Amount\nK1,1.5\n", files.options("/nowhere/at/all.csv")) == "input-open");
}

TEST_CASE("the export must have the key's column") {
  const LookupCase files;
  const std::string table = files.customers("CustomerNo,InstallationSid\n815," + sid("XE", 2) + "\n");
  CHECK(files.refusal("Customer,Amount\n815,1.5\n", files.options(table)) == "column-missing");
}

TEST_CASE("a key with a number beside it is no title: charges above the header are not passed over") {
  const LookupCase files;
  const IntakeOptions options =
      files.options(files.customers("CustomerNo,InstallationSid\n0815," + sid("XE", 1) + "\n"));
  CHECK(files.refusal(" 0815 ,570\nCustomerNo,Amount\n0815,8\n", options) == "charges-above-header");
  CHECK(quantities_of(files.read("0815,\n0815,as of October\n815,570\nCustomerNo,Amount\n0815,8\n", options)) == "8");
}
