// Traffic and buffer bytes as tables.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "platform/report/table.h"
#include "schedules/predictors/predictor.h"

namespace hwcvp {

// Columns for the bytes of each kind of traffic and their total, and the cells for them.
std::vector<Table::Column> traffic_columns();
std::vector<std::string> traffic_cells(const Traffic& traffic);

// Traffic by tensor, and buffer bytes by tensor.
void print_prediction(std::ostream& out, const Prediction& prediction);

}  // namespace hwcvp
