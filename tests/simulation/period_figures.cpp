#include "simulation/period_figures.h"

namespace usage::test {

PeriodFigures& PeriodFigures::operator+=(const PeriodFigures& more) {
  lives += more.lives;
  uploads += more.uploads;
  runs += more.runs;
  given_up += more.given_up;
  resumed += more.resumed;
  abandoned += more.abandoned;
  kills += more.kills;
  power_cuts += more.power_cuts;
  disk_faults += more.disk_faults;
  damaged += more.damaged;
  settlements += more.settlements;
  additional += more.additional;
  taken_over += more.taken_over;
  duplicates += more.duplicates;
  billed += more.billed;
  wanted += more.wanted;
  double_bills += more.double_bills;
  lost += more.lost;
  return *this;
}

std::string PeriodFigures::text() const {
  const auto part = [](std::uint64_t number, const char* what) { return std::to_string(number) + " " + what; };
  return part(lives, "lives, ") + part(uploads, "uploads, ") + part(runs, "runs, ") + part(given_up, "given up, ") +
         part(resumed, "resumed, ") + part(abandoned, "abandoned, ") + part(kills, "kills, ") +
         part(power_cuts, "power cuts, ") + part(disk_faults, "disk faults, ") +
         part(damaged, "ledgers damaged by them, ") + part(settlements, "settlements, ") +
         part(additional, "additional, ") + part(taken_over, "taken over, ") + part(duplicates, "duplicates, ") +
         part(billed, "items billed, ") + part(wanted, "charges wanted in the end, ") +
         part(double_bills, "double bills, ") + part(lost, "lost");
}

}  // namespace usage::test
