Console.Error.WriteLine("This part of the pipeline is not there yet.");
return 1;
