#include "platform/onnx_export/onnx_export.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "platform/onnx_export/model_writer.h"
#include "platform/onnx_export/operator_nodes.h"
#include "schedules/files/output_file.h"

namespace hwcvp {

namespace {

class FileStream : public google::protobuf::io::CopyingOutputStream {
 public:
  explicit FileStream(OutputFile& file) : file_(file) {}
  bool Write(const void* data, int bytes) override {
    file_.append(data, static_cast<size_t>(bytes));
    return true;
  }

 private:
  OutputFile& file_;
};

}  // namespace

void write_onnx(const graph::Graph& graph, const std::string& path, OnnxForm form) {
  onnx_export::ModelWriter writer(graph, form);
  for (const graph::Constant& constant : graph.constants) {
    writer.write_constant(graph.values[constant.value], constant.tensor);
  }
  for (const graph::Operator& op : graph.operators) onnx_export::write_operator(writer, {graph, op});
  OutputFile file(path);
  FileStream stream(file);
  {
    google::protobuf::io::CopyingOutputStreamAdaptor buffered(&stream);
    writer.model().SerializeToZeroCopyStream(&buffered);
  }
  file.commit();
}

}  // namespace hwcvp
