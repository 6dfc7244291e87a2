// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/file_formats.hpp"

namespace spinflow::transformations {

base::Registry<FileFormat>& file_formats() {
  static base::Registry<FileFormat> entries("file format");
  return entries;
}

}  // namespace spinflow::transformations
