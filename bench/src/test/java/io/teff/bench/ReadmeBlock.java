// SPDX-License-Identifier: Apache-2.0
package io.teff.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java block of a Markdown page, with what its {@code // prints:} comments promise.
 *
 * <p>Its imports, its members (what starts with {@code static} or declares a type) and its
 * statements may be mixed: they are sorted into a class with a main method.
 */
record ReadmeBlock(int line, String className, String source, List<String> prints) {
    private static final Pattern PRINTS = Pattern.compile("// prints: ?(.*)$");
    private static final Pattern MEMBER =
            Pattern.compile("(static|((final|abstract) )?(class|record|interface|enum)) .*");

    /** All Java blocks of a page, in order. */
    static List<ReadmeBlock> of(List<String> page) {
        List<ReadmeBlock> blocks = new ArrayList<>();
        List<String> block = null;
        for (int i = 0; i < page.size(); i++) {
            String line = page.get(i);
            if (block != null && line.equals("```")) {
                blocks.add(block(i - block.size() + 1, block));
                block = null;
            } else if (block != null) {
                block.add(line);
            } else if (line.equals("```java")) {
                block = new ArrayList<>();
            }
        }
        if (block != null) {
            throw new IllegalArgumentException("the last Java block has no end");
        }
        return blocks;
    }

    private static ReadmeBlock block(int firstLine, List<String> lines) {
        StringBuilder imports = new StringBuilder();
        StringBuilder members = new StringBuilder();
        StringBuilder statements = new StringBuilder();
        List<String> prints = new ArrayList<>();
        StringBuilder part = null; // where the declaration or statement that has begun goes
        int depth = 0;
        for (String line : lines) {
            Matcher promise = PRINTS.matcher(line);
            if (promise.find()) {
                prints.add(promise.group(1));
            }
            String code = line.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"");
            code = code.replaceAll("//.*", "").strip();
            if (code.isEmpty()) {
                continue;
            }
            if (part == null) {
                part =
                        code.startsWith("import ")
                                ? imports
                                : MEMBER.matcher(code).matches() ? members : statements;
            }
            part.append(line).append('\n');
            depth += count(code, '{') - count(code, '}');
            if (depth == 0 && (code.endsWith(";") || code.endsWith("}"))) {
                part = null;
            }
        }
        String className = "ReadmeLine" + firstLine;
        String source =
                """
                import io.teff.affinity.*;
                import io.teff.engine.*;
                import java.util.*;
                import java.util.concurrent.*;
                %s
                public class %s {
                %s
                public static void main(String[] args) throws Exception {
                %s
                }
                }
                """
                        .formatted(imports, className, members, statements);
        return new ReadmeBlock(firstLine, className, source, prints);
    }

    private static int count(String text, char wanted) {
        return (int) text.chars().filter(c -> c == wanted).count();
    }
}
