#include <fmt/format.h>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/layer_import.h"
#include "platform/onnx/operands.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

using Dims = std::vector<int64_t>;

// rows x depth times depth x columns.
struct Product {
  int64_t rows = 1, depth = 1, columns = 1;
};

void set_geometry(Layer& layer, const Product& product, const std::string& where) {
  layer.batch = product.rows;
  layer.in_channels = product.depth;
  layer.out_channels = product.columns;
  layer.validate(where);
}

void require_equal_depth(int64_t a, int64_t b, const std::string& where) {
  if (a != b) {
    throw InputError(
        fmt::format("{}: expected as many columns of the first matrix as rows of the second, found {} and "
                    "{}",
                    where, a, b));
  }
}

void require_matrix(const Dims& shape, const char* what, const std::string& where) {
  if (shape.size() != 2) {
    throw InputError(fmt::format("{}: {}: expected a matrix, found rank {}", where, what, shape.size()));
  }
}

void refuse_scaled_integers(const LayerSource& source, double factor, const char* attribute, bool integers) {
  if (integers && factor != 1) {
    throw InputError(
        fmt::format("{}: attribute {}: expected 1 for integers, found {}", source.where, attribute, factor));
  }
}

bool holds_integers(const onnx::TensorProto* tensor) {
  return tensor != nullptr &&
         (tensor->data_type() == onnx::TensorProto::INT8 || tensor->data_type() == onnx::TensorProto::UINT8 ||
          tensor->data_type() == onnx::TensorProto::INT16);
}

// The bias of a Gemm, which must be the same for all rows: a scalar, {N}, {1, N} or {1, 1}.
void set_gemm_bias(LayerSource& source, const ImportContext& context, const std::string& c) {
  const Dims shape = require_shape(context, c, "third input", source.where);
  const int64_t columns = source.layer.out_channels;
  bool fits = shape.size() <= 2 && (shape.empty() || shape.back() == columns || shape.back() == 1);
  if (shape.size() == 2) fits = fits && shape[0] == 1;
  if (!fits) {
    throw InputError(fmt::format("{}: bias: expected 1 or {} values, the same for all rows, found {}",
                                 source.where, columns, to_string(shape)));
  }
  set_bias(source, context, c);
}

Product gemm_product(const Dims& a, const Dims& b, bool transpose_a, bool transpose_b,
                     const std::string& where) {
  require_matrix(a, "first input", where);
  require_matrix(b, "second input", where);
  Product product;
  product.rows = a[transpose_a ? 1 : 0];
  product.depth = a[transpose_a ? 0 : 1];
  product.columns = b[transpose_b ? 0 : 1];
  require_equal_depth(product.depth, b[transpose_b ? 1 : 0], where);
  return product;
}

Product matmul_product(const Dims& a, const Dims& b, const std::string& where) {
  if (a.empty() || b.empty()) throw InputError(where + ": expected vectors or matrices, found a scalar");
  Product product;
  product.depth = a.back();
  for (size_t axis = 0; axis + 1 < a.size(); ++axis) {
    if (a[axis] < 1 || __builtin_mul_overflow(product.rows, a[axis], &product.rows)) {
      throw InputError(fmt::format(
          "{}: first input: expected sizes above 0 and fewer than 2^63 rows, found {}", where, to_string(a)));
    }
  }
  if (b.size() > 1) product.columns = b.back();
  require_equal_depth(product.depth, b.size() > 1 ? b[b.size() - 2] : b[0], where);
  return product;
}

// What is common to both operators, once the layer's sizes are known.
void set_operands(LayerSource& source, const ImportContext& context, const onnx::NodeProto& node,
                  int64_t channel_axis) {
  set_input(source, context, node.input(0));
  set_output(source, context, node.output(0));
  set_weights(source, context, node.input(1), channel_axis);
}

}  // namespace

bool multiplies_by_one_matrix(const Graph& graph, const onnx::NodeProto& node) {
  const auto shape = graph.shape(node.input(1));
  if (!shape) return true;  // which is refused later, with its name
  for (size_t axis = 0; axis + 2 < shape->size(); ++axis) {
    if ((*shape)[axis] != 1) return false;
  }
  return true;
}

LayerSource import_matrix_product(const ImportContext& context, const onnx::NodeProto& node,
                                  const std::string& where) {
  LayerSource source;
  source.folder = context.file.folder;
  source.where = where;
  source.operator_name = node.op_type();
  const Dims a = require_shape(context, node.input(0), "first input", where);
  const Dims b = require_shape(context, node.input(1), "second input", where);
  if (node.op_type() == "MatMul") {
    const Product product = matmul_product(a, b, where);
    set_geometry(source.layer, product, where);
    Dims expected(a.begin(), a.end() - 1);
    // Leading ones of the second operand add axes to the output where the first has fewer.
    while (expected.size() + 2 < b.size() + (a.size() > 1 ? 1 : 0)) expected.insert(expected.begin(), 1);
    if (b.size() > 1) expected.push_back(product.columns);
    check_output_shape(source, context, node.output(0), expected);
    source.weights.channels_last = true;
    set_operands(source, context, node, static_cast<int64_t>(b.size()) - 1);
  } else {
    const Attributes attributes(node, where);
    const bool transpose_b = attributes.integer("transB", 0) != 0;
    const Product product = gemm_product(a, b, attributes.integer("transA", 0) != 0, transpose_b, where);
    set_geometry(source.layer, product, where);
    check_output_shape(source, context, node.output(0), {product.rows, product.columns});
    source.weights.channels_last = !transpose_b;
    set_operands(source, context, node, transpose_b ? 0 : 1);
    source.weights.factor = attributes.number("alpha", 1);
    source.bias.factor = attributes.number("beta", 1);
    refuse_scaled_integers(source, source.weights.factor, "alpha", holds_integers(source.weights.tensor));
    if (has_input(node, 2)) set_gemm_bias(source, context, node.input(2));
  }
  source.layer.validate(where);
  prepare_operands(source);
  return source;
}

}  // namespace hwcvp::onnx_import
