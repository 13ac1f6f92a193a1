package dev.sideload.benchmark;

import android.content.Context;
import java.io.File;
import java.nio.file.Files;
import kotlin.Unit;

/** Runs models of an app on a JVM, by name, and one that it does not have, in a folder. */
public class Run {
    public static void main(String[] arguments) throws Exception {
        File root = new File(arguments[0]);
        for (int index = 1; index < arguments.length; index++) {
            run(root, arguments[index], arguments[index]);
        }
        run(root, "no \"such\"", "none");
    }

    private static void run(File root, String name, String run) throws Exception {
        File folder = new File(root, "runs/" + run);
        File go = new File(folder, "go");
        int samples = go.exists() ? Files.readAllLines(go.toPath()).size() : 0;
        Plan plan = new Plan(name, run, 1, 2, 0, 5, samples);
        new Benchmark(
                        new Context(root),
                        plan,
                        folder,
                        line -> {
                            System.out.println(line);
                            return Unit.INSTANCE;
                        })
                .run();
    }
}
