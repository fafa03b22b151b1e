// The plain loop that anybody would write with fast-cpp-csv-parser: reads three columns, sums one, checks nothing.
#include <cstdio>
#include <string>

#include "libfccp/csv.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  io::CSVReader<3, io::trim_chars<' '>, io::double_quote_escape<',', '"'>> reader(argv[1]);
  reader.read_header(io::ignore_extra_column, "InstalledAddOnSid", "BillingSid", "Amount");
  std::string installation;
  std::string billing_sid;
  double amount = 0;
  double sum = 0;
  while (reader.read_row(installation, billing_sid, amount)) sum += amount;
  std::printf("%.3f\n", sum);
}
