// Traffic and buffer bytes as tables.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "platform/report/table.h"
#include "schedules/predictors/predictor.h"

namespace hwcvp {

// Columns for the bytes of each kind of traffic and their total, and the cells for them.
std::vector<Table::Column> traffic_columns();
std::vector<std::string> traffic_cells(const Traffic& traffic);

// What traffic carries, as the rows of tables call it.
inline constexpr std::array<std::pair<Carried, const char*>, 5> kCarriedNames = {
    {{Carried::input, "input"},
     {Carried::weight, "weight"},
     {Carried::output, "output"},
     {Carried::psum, "partial sums"},
     {Carried::params, "params"}}};

// Bytes, or what else Traffic counts, that carry one of them.
struct CarriedBytes {
  int64_t read = 0;
  int64_t written = 0;
  int64_t total() const { return read + written; }
};
CarriedBytes bytes_of(const Traffic& traffic, Carried carried);

// Traffic by tensor, and buffer bytes by tensor.
void print_prediction(std::ostream& out, const Prediction& prediction);

}  // namespace hwcvp
