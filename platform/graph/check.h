// What every Graph holds to.
#pragma once

#include <string>

#include "platform/graph/graph.h"

namespace hwcvp::graph {

// Throws std::logic_error, naming the operator or value, unless indices are those of the graph, each value
// has one source, operators stand behind those that make their inputs, names of operators differ, shapes
// follow from one another, and operators that share types and scales have them: whoever made the graph is
// wrong, and not the user.
void check(const Graph& graph);

// A line for each value that comes in, each operator with its engine and the value that it makes, and what
// goes out.
std::string to_text(const Graph& graph);

}  // namespace hwcvp::graph
