// A whole network from an ONNX file: the quantized graph that the machine runs, or all that is in the way.
//
// Does not quantize: networks in floating point come back with every operator named that is.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "platform/graph/graph.h"

namespace hwcvp {

// A node of the file after the passes, in the order in which they run.
struct NetworkOperator {
  std::string name;     // of the node
  std::string type;     // "Conv", "QLinearAdd", "Table"
  std::string engine;   // "compute", "vector", "host", "none"; empty where the machine has no such operator
  std::string missing;  // why it cannot run; empty where it can
};

struct NetworkImport {
  graph::Graph graph;  // whole only where nothing is missing
  std::vector<NetworkOperator> operators;
  bool complete = false;  // nothing is missing
};

// Reads a file of operator set 7 to 23. `dimensions` are sizes of those that it leaves open. With `passes`,
// prints the node list as read and after each pass there. Throws InputError, in one line that begins with the
// path, for a file that is no model.
NetworkImport import_network(const std::string& path, const std::map<std::string, int64_t>& dimensions,
                             std::ostream* passes = nullptr);

// Throws InputError with one line that names every operator that is missing, and why.
void require_complete(const NetworkImport& network, const std::string& path);

}  // namespace hwcvp
