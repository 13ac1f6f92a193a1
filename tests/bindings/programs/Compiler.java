import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;

/** Runs the Kotlin compiler for each list of arguments on stdin, and says what it said. */
final class Compiler {
    public static void main(String[] none) throws IOException {
        var lists = new DataInputStream(System.in);
        var answers = new DataOutputStream(new BufferedOutputStream(System.out));
        System.setOut(System.err);
        while (true) {
            String[] arguments;
            try {
                arguments = new String[lists.readInt()];
            } catch (EOFException end) {
                return;
            }
            for (int at = 0; at < arguments.length; at++) {
                arguments[at] = lists.readUTF();
            }
            var said = new ByteArrayOutputStream();
            var stream = new PrintStream(said, true, "UTF-8");
            int code = new K2JVMCompiler().exec(stream, arguments).getCode();
            answers.writeInt(code);
            answers.writeInt(said.size());
            said.writeTo(answers);
            answers.flush();
        }
    }
}
