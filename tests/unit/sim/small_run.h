// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "quant/network.h"

#include <filesystem>
#include <string>
#include <vector>

namespace cimarron::test {

// What a child process said and how it ended.
struct ProgramResult {
    int exit_code = 0;
    std::string out;
    std::string err;
};

// A temporary folder with everything a run needs: run.yaml and sweep.yaml, a small chip, a data set
// of 24 images of 8 x 8 pixels, and networks of 1, 2 and 4 activation bits. Technology and devices
// are the shipped ones. Removed when it goes.
class SmallRun {
public:
    SmallRun();
    ~SmallRun();
    SmallRun(const SmallRun&) = delete;
    SmallRun& operator=(const SmallRun&) = delete;

    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    std::string text(const std::string& name) const;
    void write(const std::string& name, const std::string& text) const;
    // Replaces the first occurrence of `from` in the file; it must be there.
    void edit(const std::string& name, const std::string& from, const std::string& to) const;

    // Runs build/bin/cimarron, or another copy of it, in the folder.
    ProgramResult cimarron(const std::vector<std::string>& arguments,
                           const std::filesystem::path& program = CIMARRON_BINARY_DIR
                           "/bin/cimarron") const;
    // Every file below the folder, relative, sorted; those of the program's output aside.
    std::vector<std::string> files() const;

private:
    std::filesystem::path folder_;
};

// Convolution, binary convolution, max pooling, fully connected end; the same for the same bits.
Network small_network(int activation_bits);

}  // namespace cimarron::test
