#include "platform/report/traffic_table.h"

#include "platform/report/format.h"

namespace hwcvp {

std::vector<Table::Column> traffic_columns() {
  return {{"input read"}, {"weight read"}, {"output write"}, {"psum read"},
          {"psum write"}, {"params read"}, {"total bytes"}};
}

std::vector<std::string> traffic_cells(const Traffic& traffic) {
  return {grouped(traffic.input_read), grouped(traffic.weight_read), grouped(traffic.output_write),
          grouped(traffic.psum_read),  grouped(traffic.psum_write),  grouped(traffic.params_read),
          grouped(traffic.total())};
}

void print_prediction(std::ostream& out, const Prediction& prediction) {
  const Traffic& traffic = prediction.traffic;
  const BufferUse& buffer = prediction.buffer;
  Table table({{"tensor", Table::Align::left}, {"buffer bytes"}, {"read bytes"}, {"write bytes"}, {""}});
  const auto add = [&table](const char* name, int64_t held, int64_t read, int64_t written) {
    table.add(
        {name, held < 0 ? "" : grouped(held), grouped(read), grouped(written), bytes_text(read + written)});
  };
  add("input", buffer.bytes[index(Tensor::input)], traffic.input_read, 0);
  add("weight", buffer.bytes[index(Tensor::weight)], traffic.weight_read, 0);
  add("output", buffer.bytes[index(Tensor::output)], 0, traffic.output_write);
  add("partial sums", -1, traffic.psum_read, traffic.psum_write);
  add("params", -1, traffic.params_read, 0);
  table.add_rule();
  const int64_t written = traffic.output_write + traffic.psum_write;
  add("total", buffer.total(), traffic.total() - written, written);
  table.print(out);
}

}  // namespace hwcvp
