# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
"""What the pass makes of IR and of C, with the LLVM it was built for."""
import os

import lit.formats

config.name = "fathom-pass"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".ll", ".c"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.fathom_work

tools = config.fathom_llvm_tools
plugin = config.fathom_plugin
opt = f"{tools}/opt -load-pass-plugin={plugin}"
clang = f"{tools}/clang -fpass-plugin={plugin}"
config.substitutions += [
    ("%prepare", f"{opt} -passes=fathom-prepare -S"),
    ("%fathom", f"{opt} -passes=fathom-prepare,fathom-lower,verify -S"),
    ("%opt", opt),
    ("%clang", clang),
    ("%plugin", plugin),
    ("%not", f"{tools}/not"),
    ("FileCheck", f"{tools}/FileCheck"),
]
