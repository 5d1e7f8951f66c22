#include <fmt/format.h>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/layer_import.h"
#include "platform/onnx/operands.h"
#include "platform/onnx/operator_codes.h"
#include "platform/onnx/shapes/shape_rules.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

using Dims = std::vector<int64_t>;

// rows x depth times depth x columns, for each of so many matrices.
struct Product {
  int64_t rows = 1, depth = 1, columns = 1;
  int64_t matrices = 1;
  bool same_rows = true;  // all matrices multiply the same rows
};

constexpr OperatorInputs kMatMulInteger = {0, 1, -1, -1, 2, -1, 3, -1, -1};
constexpr OperatorInputs kQLinearMatMul = {0, 3, -1, 1, 2, 4, 5, 6, 7};
constexpr OperatorInputs kQGemm = {0, 3, 6, 1, 2, 4, 5, 7, 8};

void set_geometry(Layer& layer, const Product& product, const std::string& where) {
  // A matrix of all columns where the rows are the same; else a group for each matrix.
  if (__builtin_mul_overflow(product.columns, product.matrices, &layer.out_channels)) {
    throw InputError(where + ": second input: expected fewer than 2^63 columns");
  }
  layer.batch = product.rows;
  layer.in_channels = product.depth;
  if (!product.same_rows) {
    layer.group = product.matrices;
    if (__builtin_mul_overflow(product.depth, product.matrices, &layer.in_channels)) {
      throw InputError(where + ": first input: expected fewer than 2^63 columns");
    }
  }
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

// The bias of a Gemm: a scalar, {N}, {1, N} or {1, 1}, the same for all rows, or one that differs between
// them, which a layer cannot have.
void set_gemm_bias(LayerSource& source, const ImportContext& context, const std::string& c) {
  const Dims shape = require_shape(context, c, "bias", source.where);
  const int64_t columns = source.layer.out_channels, rows = source.layer.batch;
  bool fits = shape.size() <= 2 && (shape.empty() || shape.back() == columns || shape.back() == 1);
  if (shape.size() == 2) fits = fits && (shape[0] == 1 || shape[0] == rows);
  if (!fits) {
    throw InputError(
        fmt::format("{}: bias: expected 1 or {} values, or so many for each of {} rows, found {}",
                    source.where, columns, rows, to_string(shape)));
  }
  if (shape.size() == 2 && shape[0] != 1) {
    source.notes.emplace_back("bias differs between rows: zero");
    return;
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

int64_t images(const Dims& dims, const char* what, const std::string& where) {
  int64_t count = 1;
  for (const int64_t extent : dims) {
    if (extent < 1 || __builtin_mul_overflow(count, extent, &count)) {
      throw InputError(fmt::format("{}: {}: expected sizes above 0 and fewer than 2^63 rows, found {}", where,
                                   what, to_string(dims)));
    }
  }
  return count;
}

Product matmul_product(const Dims& a, const Dims& b, const std::string& where) {
  if (a.empty() || b.empty()) throw InputError(where + ": expected vectors or matrices, found a scalar");
  Product product;
  product.depth = a.back();
  if (b.size() > 1) product.columns = b.back();
  require_equal_depth(product.depth, b.size() > 1 ? b[b.size() - 2] : b[0], where);
  const Dims rows(a.begin(), a.end() - 1);
  product.rows = images(rows, "first input", where);
  const Dims of_b(b.begin(), b.size() > 2 ? b.end() - 2 : b.begin());
  product.matrices = images(of_b, "second input", where);
  if (product.matrices == 1) return product;
  const Dims of_a(a.begin(), a.size() > 2 ? a.end() - 2 : a.begin());
  const auto all = broadcast(of_a, of_b);
  if (!all) {
    throw InputError(fmt::format("{}: expected as many first matrices as second ones, found {} and {}", where,
                                 to_string(of_a), to_string(of_b)));
  }
  product.same_rows = images(of_a, "first input", where) == 1;
  if (!product.same_rows) {
    const int64_t lines = a.size() > 1 ? a[a.size() - 2] : 1;
    product.rows = images(*all, "first input", where) / product.matrices;
    if (__builtin_mul_overflow(product.rows, lines, &product.rows)) product.rows = INT64_MAX;
  }
  return product;
}

Dims matmul_output(const Dims& a, const Dims& b) {
  Dims dims(a.begin(), a.size() > 2 ? a.end() - 2 : a.begin());
  if (b.size() > 2) dims = broadcast(dims, Dims(b.begin(), b.end() - 2)).value_or(dims);
  if (a.size() > 1) dims.push_back(a[a.size() - 2]);
  if (b.size() > 1) dims.push_back(b.back());
  return dims;
}

// Null for operators in which types and codes are those of the values.
const OperatorInputs* operator_inputs(const std::string& operator_name) {
  if (operator_name == "MatMulInteger") return &kMatMulInteger;
  if (operator_name == "QLinearMatMul") return &kQLinearMatMul;
  if (operator_name == "QGemm") return &kQGemm;
  return nullptr;
}

}  // namespace

LayerSource import_matrix_product(const ImportContext& context, const onnx::NodeProto& node,
                                  const std::string& where) {
  LayerSource source;
  source.folder = context.file.folder;
  source.where = where;
  source.operator_name = node.op_type();
  const OperatorInputs* const inputs = operator_inputs(node.op_type());
  const std::string &first = node.input(0), &second = node.input(inputs == nullptr ? 1 : inputs->w);
  const Dims a = require_shape(context, first, "first input", where);
  const Dims b = require_shape(context, second, "second input", where);
  const bool gemm = node.op_type() == "Gemm" || node.op_type() == "QGemm";
  const Attributes attributes(node, where);
  const bool transpose_b = gemm && attributes.integer("transB", 0) != 0;
  const Product product = gemm ? gemm_product(a, b, attributes.integer("transA", 0) != 0, transpose_b, where)
                               : matmul_product(a, b, where);
  set_geometry(source.layer, product, where);
  check_output_shape(source, context, node.output(0),
                     gemm ? Dims{product.rows, product.columns} : matmul_output(a, b));
  source.weights.channels_last = !transpose_b;
  source.weights.matrices = product.matrices;
  const int64_t channel_axis = transpose_b ? 0 : static_cast<int64_t>(b.size()) - 1;
  const double alpha = gemm ? attributes.number("alpha", 1) : 1;
  int bias = 2;
  if (inputs != nullptr) {
    set_operator_codes(source, context, node, *inputs, channel_axis);
    source.input_scale *= alpha;
    bias = inputs->bias;
  } else {
    set_input(source, context, first);
    set_output(source, context, node.output(0));
    set_weights(source, context, second, channel_axis);
    source.weights.factor = alpha;
    source.bias.factor = gemm ? attributes.number("beta", 1) : 1;
    refuse_scaled_integers(source, alpha, "alpha", holds_integers(source.weights.tensor));
  }
  if (gemm && has_input(node, bias)) set_gemm_bias(source, context, node.input(bias));
  prepare_operands(source);
  if (inputs != nullptr) note_rounding(source);
  source.layer.validate(where);
  return source;
}

}  // namespace hwcvp::onnx_import
